"""Where things are: functions over frames, arrays and graphs."""
