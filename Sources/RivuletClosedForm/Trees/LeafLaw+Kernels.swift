public import RivuletNumerics

// Means of kernels over the leaves of trees whose coordinates are independent and of one law each.

extension LeafLaw {
  /// Returns the mean kernel of two different leaves of one tree, over all pairs.
  ///
  /// - Parameters:
  ///   - kernel: The kernel.
  ///   - dimension: D, the number of coordinates.
  /// - Returns: The mean over pairs of E[k(x_l, x_l')]; the tree has two or more leaves.
  public func meanKernelWithinTree(_ kernel: SimilarityKernel, dimension: Int) -> Double {
    precondition(leafCount >= 2, "a tree of one leaf has no pair")
    var sum = 0.0
    for first in 0..<leafCount {
      for second in 0..<first {
        sum += KernelMean.expectation(
          kernel, dimension: dimension, marginal(ofLeaf: first), marginal(ofLeaf: second),
          covariance: covariance(first, second))
      }
    }
    return 2 * sum / (Double(leafCount) * Double(leafCount - 1))
  }

  /// Returns the mean kernel of a leaf of one tree and a leaf of another with its own root.
  ///
  /// - Parameters:
  ///   - kernel: The kernel.
  ///   - dimension: D, the number of coordinates.
  /// - Returns: The mean over all L^2 pairs.
  public func meanKernelBetweenTrees(_ kernel: SimilarityKernel, dimension: Int) -> Double {
    var sum = 0.0
    for first in 0..<leafCount {
      for second in 0..<leafCount {
        sum += KernelMean.expectation(
          kernel, dimension: dimension, marginal(ofLeaf: first), marginal(ofLeaf: second))
      }
    }
    return sum / (Double(leafCount) * Double(leafCount))
  }

  /// Returns by how much pooling all leaves of M trees raises the mean of the unbiased squared discrepancy.
  ///
  ///     (L - 1)/(M L - 1) (mean kernel within a tree - mean kernel between trees)
  ///
  /// Of all pairs of pooled leaves that share comes from one tree, 15/4095 for M = 256 and L = 16; the
  /// other two terms of the estimate are not touched. One leaf for each tree has no such bias.
  ///
  /// - Parameters:
  ///   - kernel: The kernel.
  ///   - dimension: D, the number of coordinates.
  ///   - trees: M, one or more.
  /// - Returns: The bias, added to the squared discrepancy of the leaves' law and the other sample's.
  public func pooledDiscrepancyBias(
    _ kernel: SimilarityKernel, dimension: Int, trees: Int
  ) -> Double {
    precondition(trees >= 1, "there are one or more trees, got \(trees)")
    guard leafCount > 1 else { return 0 }
    let share = Double(leafCount - 1) / Double(trees * leafCount - 1)
    return share
      * (meanKernelWithinTree(kernel, dimension: dimension)
        - meanKernelBetweenTrees(kernel, dimension: dimension))
  }
}
