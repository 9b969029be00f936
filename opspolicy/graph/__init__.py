"""Who depends on whom, drawn: and what falls when one of them goes down."""
