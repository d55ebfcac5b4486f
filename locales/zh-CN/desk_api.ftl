# 仅在 JSON 接口中出现的错误。
error-desk-api-person_unknown = 找不到「{ $value }」。请填写邮箱地址、标识，或「me」。
error-desk-api-team_unknown = 没有名为「{ $value }」的团队。请填写团队名称或标识。
error-desk-api-requester_missing = 请说明报障人：在 requester 字段填写邮箱地址。
