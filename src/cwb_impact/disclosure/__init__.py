"""Nothing leaves without passing here: `protect.protect` is the only maker of a SafeTable."""
