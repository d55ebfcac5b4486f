# 代理的发行版，以及把代理更新到某个发行版的分批发布。
event-fleet-release_published = 代理发行版已上架

error-fleet-release_root_missing = 这里还没有上架过任何发行版，因此没有可用来核对该仓库的信任根。请用 --root FILE 给出您确认过的信任根。
error-fleet-release_root_other = 这里采用的是另一个信任根。上架时请去掉 --root；若要更换信任根，须在每台设备上重新建立信任。
error-fleet-release_refused = 仓库未被接受（{ $code }）：{ $why }
error-fleet-release_changed = 期间有其他人上架过。请再运行一次。
error-fleet-release_many = 仓库中的程序超过 { $most } 个。
error-fleet-release_unknown = 代理版本 { $version } 尚未上架。
error-fleet-release_expired = 发行版的签名已过期，设备不会接受。请续签后重新上架。
error-fleet-release_choose = 请选择一个发行版。
error-fleet-release_bundle = 更新包缺失，且无法重新生成。请重新上架仓库。
error-fleet-release_disk = 服务器磁盘无法读写。
error-fleet-agent_by_rollout = 更新代理须通过分批发布：先试运行，并有回退办法。只有一台设备也可以。

fleet-releases-title = 代理发行版
fleet-releases-lead = 在别处签名，用命令行上架，通过分批发布安装。每台设备自行核对签名。
fleet-releases-none = 还没有上架的发行版
fleet-releases-none-text = 有人上架已签名的仓库后，代理的发行版会显示在这里：mainstay agent-release publish。
fleet-release-version = 版本
fleet-release-platforms = 平台
fleet-release-devices = 正在使用的设备
fleet-release-published = 上架时间
fleet-release-by = 上架人
fleet-release-roll-out = 分批发布
fleet-release-expires = 签名有效期至
fleet-release-root = 信任根
fleet-release-last = 最近上架
fleet-release-soon = 签名将于 { $at } 过期，之后设备不再接受更新：请在签名机上运行“mainstay agent-release renew”，再重新上架。
fleet-release-over = 签名已于 { $at } 过期，设备不接受更新：请在签名机上运行“mainstay agent-release renew”，再重新上架。
fleet-release-choose = 请选择发行版

fleet-rollout-kind-agent = 代理本身
fleet-rollout-agent = 代理
fleet-rollout-agent-hint = 每台设备取得适合其平台的程序，先试用；用新程序连不上服务器时自动退回原来的程序。
fleet-rollout-agent-version-hint = 已上架的发行版之一。
fleet-rollout-agent-title = 代理 { $version }
fleet-reason-no-release = 该发行版已下架
fleet-reason-no-program = 该发行版没有适合此设备平台的程序
fleet-reason-no-platform = 设备没有报告自己的系统和处理器
fleet-reason-bundle-missing = 服务器上缺少该发行版的文件，请重新上架仓库
fleet-reason-bundle-replaced = 期间该发行版已重新上架
fleet-reason-signatures-expired = 该发行版的签名已过期

fleet-verb-agent-update-dry-run = 试运行代理更新
fleet-verb-agent-update-check = 检查代理版本
fleet-verb-agent-update-apply = 更新代理
fleet-verb-agent-update-verify = 核实代理更新
fleet-verb-agent-update-roll-back = 回退代理
