/// Closed forms that everything else is verified against.
public enum ClosedForm {}
