# Devices: words, rights, events, refusals.

fleet-title = Devices
fleet-kind-computer = Computer
fleet-kind-server = Server
fleet-kind-network_equipment = Network equipment
fleet-kind-printer = Printer
fleet-kind-phone = Phone or tablet
fleet-kind-other = Other
fleet-state-pending = Waiting to be admitted
fleet-state-admitted = In use
fleet-state-retired = Out of use
fleet-source-agent = Mainstay agent
fleet-source-glpi = GLPI agent
fleet-source-fusion_inventory = FusionInventory agent
fleet-source-person = Entered by hand
fleet-why-serial = The same serial number
fleet-why-uuid = The same board UUID
fleet-why-machine = The same machine id
fleet-why-mac = A network card in common
fleet-why-several = Several devices with the same marks

permission-fleet-read = See devices
permission-fleet-manage = Enrol, admit, edit, merge, and retire devices
permission-fleet-diagnose = Look into a device from a ticket
permission-fleet-change = Change something on a device from a ticket, and view its screen
permission-fleet-run = Run commands, scripts, and terminals on devices, control their screens, and put files there
permission-fleet-approve = Approve acts on many devices and patches, the script library, and the global stop
permission-fleet-intake = Hand in inventories of other agents

event-fleet-device_added = Device became known
event-fleet-device_admitted = Device admitted
event-fleet-device_retired = Device out of use
event-fleet-device_restored = Device back in use
event-fleet-device_edited = Device record changed
event-fleet-device_described = Device says other things of itself
event-fleet-device_keyed = Device has another agent key
event-fleet-value_entered = Value entered over what a device says
event-fleet-inventory_taken = Inventory taken
event-fleet-merge_proposed = Two records may be one device
event-fleet-merge_refused = Two records are two devices
event-fleet-device_merged = Records of a device merged

error-fleet-filter_unknown = The filter { $filter } has a value that means nothing.
error-fleet-cursor_malformed = This address does not lead on. Begin with the first page.
error-fleet-device-key_taken = Another device has this agent key.
error-fleet-device-name_missing = Give the device a name.
error-fleet-device-not_pending = This device does not wait to be admitted.
error-fleet-device-retired = This device is out of use.
error-fleet-device-not_retired = This device is in use, or was merged into another.
error-fleet-device-changed_meanwhile = Somebody changed this device meanwhile. Load the page again and look at what they entered.
error-fleet-device-team_not_yours = You could not edit the device any more. Choose one of your own teams.
error-fleet-merge-decided = Somebody has decided this already.
error-fleet-ticket-too_many_devices = A ticket takes at most 20 devices.
error-fleet-value-too_many = No more values can be entered for this device.
