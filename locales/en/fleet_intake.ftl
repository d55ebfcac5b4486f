# Inventories of other agents.

error-fleet-intake-broken = This is no inventory: { $why }.
error-fleet-intake-none = This message holds no inventory.
