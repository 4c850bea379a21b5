"""When each job of the inventory runs by itself: as lines for cron, or as timers of systemd."""
