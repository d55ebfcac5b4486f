# Releases of the agent, and rollouts that bring it to one.
event-fleet-release_published = Releases of the agent published

error-fleet-release_root_missing = Nothing was published yet, so there is no root of trust to judge this repository by. Give the one that you know: --root FILE.
error-fleet-release_root_other = Another root of trust is published here. Publish without --root; who wants another root must also tell every device.
error-fleet-release_refused = The repository is not taken ({ $code }): { $why }
error-fleet-release_changed = Somebody else published meanwhile. Run it again.
error-fleet-release_many = The repository has more than { $most } programs.
error-fleet-release_unknown = Version { $version } of the agent is not published.
error-fleet-release_expired = The signatures of the releases have run out, and no device would take them. Have them renewed and published.
error-fleet-release_choose = Choose a release.
error-fleet-release_bundle = The bundle is missing and could not be made anew. Publish the repository again.
error-fleet-release_disk = The server’s disk could not be read or written.
error-fleet-agent_by_rollout = The agent is updated by a rollout, which tries it out first and knows the way back. A rollout of one device will do.

fleet-releases-title = Agent releases
fleet-releases-lead = Signed elsewhere, published from the command line, and installed by rollouts. Each device judges the signatures itself.
fleet-releases-none = Nothing is published
fleet-releases-none-text = A release of the agent appears here when somebody publishes a signed repository: mainstay agent-release publish.
fleet-release-version = Version
fleet-release-platforms = Platforms
fleet-release-devices = Devices that run it
fleet-release-published = Published
fleet-release-by = Published by
fleet-release-roll-out = Roll out
fleet-release-expires = Signatures count until
fleet-release-root = Root of trust
fleet-release-last = Last published
fleet-release-soon = The signatures run out on { $at }. After that no device takes an update: run “mainstay agent-release renew” on the release machine and publish again.
fleet-release-over = The signatures ran out on { $at }. No device takes an update: run “mainstay agent-release renew” on the release machine and publish again.
fleet-release-choose = Choose a release

fleet-rollout-kind-agent = The agent itself
fleet-rollout-agent = The agent
fleet-rollout-agent-hint = Each device gets the program for its platform, runs it on trial, and goes back by itself when it cannot reach the server with it.
fleet-rollout-agent-version-hint = One of the published releases.
fleet-rollout-agent-title = Agent { $version }
fleet-reason-no-release = this release is not published any more
fleet-reason-no-program = the release has no program for this device’s platform
fleet-reason-no-platform = the device does not say which system and processor it has
fleet-reason-bundle-missing = the release’s file is missing on the server; publish the repository again
fleet-reason-bundle-replaced = the release was published anew meanwhile
fleet-reason-signatures-expired = the release’s signatures have run out

fleet-verb-agent-update-dry-run = Try an update of the agent out
fleet-verb-agent-update-check = Check the agent’s version
fleet-verb-agent-update-apply = Update the agent
fleet-verb-agent-update-verify = Verify the agent’s update
fleet-verb-agent-update-roll-back = Roll the agent back
