# Major incidents: the room, its roles and plan, the status page, and the review.
major-title = 重大事件
