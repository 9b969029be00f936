"""What customers are told of planned outages: drafted from what is declared, and never sent."""
