import Rivulet

/// Returns the claims that the commands know.
func availableLedger() -> Ledger { .all }
