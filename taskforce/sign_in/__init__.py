"""How somebody shows who they are: known devices, limits of attempts, the form that asks for a code."""
