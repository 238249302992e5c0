"""From the rule « tous les 2es mardis » to the minutes."""
