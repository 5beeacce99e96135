/// Special functions with the same bits on every platform.
///
/// Goals, in order: the same bits everywhere; small relative error, in the tails too; speed. Every
/// function is IEEE + - × ÷ √ in written order over `Elementary`, so it inherits the bits of those.
/// Each error bound in a comment below is tested against a table of 2,000 or more arguments that
/// was made at 60 digits (`Fixtures/origin/special.py`).
///
/// A tail has its own function wherever one minus the other side would lose digits: `erfc`,
/// `normalUpperTail`, `upperRegularizedGamma`, `regularizedBetaComplement`, and the inverses that
/// take the probability of that tail.
public enum Special {}
