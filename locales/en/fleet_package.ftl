# Packages as what a rollout does.
fleet-rollout-kind = What is rolled out
fleet-rollout-kind-package = Packages at wanted versions
fleet-rollout-kind-script = Scripts of the library
fleet-rollout-packages = Packages
fleet-rollout-packages-hint = The device's own package manager does it. How each device was before is remembered there, so that it can be taken back.
fleet-rollout-packages-lines = Packages and versions
fleet-rollout-packages-lines-hint = One a line: openssl = 3.0.17-1~deb12u2
fleet-rollout-install = Install where it is absent
fleet-rollout-install-hint = Otherwise a device without the package is left alone.
fleet-rollout-downgrade = Replace newer versions
fleet-rollout-downgrade-hint = Otherwise a newer version counts as done.
error-fleet-rollout_seconds = A number of seconds from 1 to 14,400.
error-fleet-rollout_package_line = “{ $line }” needs a name and a version: openssl = 3.0.17-1~deb12u2
error-fleet-rollout_package_twice = “{ $name }” stands there twice.
error-fleet-rollout_packages = Name from 1 to { $most } packages, each with its version.
error-fleet-package_by_rollout = Packages are changed by a rollout, which tries the change out first and knows the way back. A rollout of one device will do.
