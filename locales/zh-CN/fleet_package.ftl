# 分批发布的软件包。
fleet-rollout-kind = 发布内容
fleet-rollout-kind-package = 软件包的指定版本
fleet-rollout-kind-script = 脚本库中的脚本
fleet-rollout-packages = 软件包
fleet-rollout-packages-hint = 由设备自己的软件包管理器执行。设备会记住原来的版本，以便回退。
fleet-rollout-packages-lines = 软件包和版本
fleet-rollout-packages-lines-hint = 每行一个：openssl = 3.0.17-1~deb12u2
fleet-rollout-install = 未安装时也安装
fleet-rollout-install-hint = 否则没有该软件包的设备保持原样。
fleet-rollout-downgrade = 替换更新的版本
fleet-rollout-downgrade-hint = 否则更新的版本视为已完成。
error-fleet-rollout_seconds = 请填写 1 到 14400 之间的秒数。
error-fleet-rollout_package_line = “{ $line }”需要名称和版本：openssl = 3.0.17-1~deb12u2
error-fleet-rollout_package_twice = “{ $name }”出现了两次。
error-fleet-rollout_packages = 请填写 1 到 { $most } 个软件包，每个都要有版本。
error-fleet-package_by_rollout = 更改软件包须通过分批发布：先试运行，并有回退办法。只有一台设备也可以。
