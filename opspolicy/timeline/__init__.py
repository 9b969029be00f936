"""Timeline: what will happen. Outages with their causes, demand and runs, as interval sets."""
