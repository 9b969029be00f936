"""The GitHub Action: opspolicy installed, run against the base of the event, and told of."""
