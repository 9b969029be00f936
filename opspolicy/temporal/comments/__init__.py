"""What comments say about schedules, held against what the schedules do."""
