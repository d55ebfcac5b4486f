# Hand-over to development: the package, the root-cause report on its clock, and the issue trackers.
handover-title = Development
