"""What the past tells: KPIs, knowledge gaps, the dashboard."""
