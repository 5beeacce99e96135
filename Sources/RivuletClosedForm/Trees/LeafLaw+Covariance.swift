import RivuletCredit
import RivuletFlow
public import RivuletNumerics

// Two leaves share the noise of the edges above their last common node. Below it the two children of the
// parting fork correlate by rho; with xi_0 shared by a whole step so do the children of any two forks of
// a later step, since each of them contains xi_0 with factor sqrt(rho).

extension LeafLaw {
  /// Returns the covariance of two leaves.
  ///
  /// For paths that part at the fork of step k, whose node has variance S,
  ///
  ///     Phi_{k+1}^2 (M_k^2 S + rho tau_k^2),
  ///
  /// and where all forks of a step share xi_0, plus
  ///
  ///     rho tau_j^2 Phi_{j+1}^2 for each later step j at which both paths fork.
  ///
  /// S contains what scaled forks above added. Checked against the published toy of BranchGRPO's theorem 1.
  ///
  /// - Parameters:
  ///   - first: A leaf, counted among the leaves.
  ///   - second: Another one, or the same, which gives its variance.
  /// - Returns: The covariance.
  public func covariance(_ first: Int, _ second: Int) -> Double {
    requireLeaf(first)
    requireLeaf(second)
    guard let step = shape.partingStep(first, second) else { return variance(ofLeaf: first) }
    let rho = forkNoise.siblingCorrelation
    let start = shape.leaves.lowerBound
    let one = shape.path(to: start + first)
    let other = shape.path(to: start + second)
    let carried = suffixSlopes[step + 1] * slopes[step]
    let noise = influence(of: step)
    var sum = carried * carried * nodeVariances[one[step]] + rho * noise * noise
    if forkNoise.sharesWholeStep {
      for later in (step + 1)..<shape.stepCount
      where shape.children(of: one[later]).count > 1 && shape.children(of: other[later]).count > 1 {
        let noise = influence(of: later)
        sum += rho * noise * noise
      }
    }
    return sum
  }

  /// Returns the correlation of two leaves.
  ///
  /// - Parameters:
  ///   - first: A leaf, counted among the leaves.
  ///   - second: Another one.
  /// - Returns: Their correlation; zero where a variance is zero.
  public func correlation(_ first: Int, _ second: Int) -> Double {
    let product = variance(ofLeaf: first) * variance(ofLeaf: second)
    return product > 0 ? covariance(first, second) / product.squareRoot() : 0
  }

  /// Returns the covariance matrix of the leaves, in their order; its cost grows as L^2 T.
  ///
  /// - Returns: L by L numbers.
  public func covarianceMatrix() -> SquareMatrix {
    var matrix = SquareMatrix(diagonal: [Double](repeating: 0, count: leafCount))
    for row in 0..<leafCount {
      for column in row..<leafCount {
        let value = covariance(row, column)
        matrix[row, column] = value
        matrix[column, row] = value
      }
    }
    return matrix
  }

  /// Returns the variance of a weighted sum of the leaves, in time proportional to the nodes.
  ///
  /// With W_n the sum of the weights of the leaves below node n, v_e the variance of an edge's noise,
  /// and i_k = Phi_{k+1} tau_k:
  ///
  ///     Phi_0^2 S_0 W_root^2 + sum_k i_k^2 [ sum over edges of v_e W_e^2
  ///       + rho sum over pairs of siblings of W_e W_e' ]
  ///
  /// With xi_0 shared by a step the pairs are those of all forks of the step. The noises of the tree
  /// are uncorrelated otherwise, so the sum is the variance.
  ///
  /// - Parameter weights: One for each leaf; 1/L each for the mean.
  /// - Returns: The variance of sum_l weights_l x_l.
  public func variance(ofSumWeightedBy weights: [Double]) -> Double {
    precondition(
      weights.count == leafCount, "there are \(leafCount) leaves, got \(weights.count) weights")
    var below = [Double](repeating: 0, count: shape.nodeCount)
    for leaf in 0..<leafCount { below[shape.leaves.lowerBound + leaf] = weights[leaf] }
    for node in (1..<shape.nodeCount).reversed() { below[shape.parents[node]] += below[node] }
    let root = suffixSlopes[0] * below[0]
    var sum = root * root * nodeVariances[0]
    let rho = forkNoise.siblingCorrelation
    for step in slopes.indices {
      var privateSquares = 0.0
      var sharedSquares = 0.0
      var sharedByStep = 0.0
      for parent in shape.nodes(atDepth: step) {
        let children = shape.children(of: parent)
        var squares = 0.0
        for child in children { squares += below[child] * below[child] }
        if children.count == 1 {
          privateSquares += squares
        } else {
          privateSquares += (forkNoise.variance - rho) * squares
          sharedSquares += below[parent] * below[parent]
          sharedByStep += below[parent]
        }
      }
      let shared = forkNoise.sharesWholeStep ? sharedByStep * sharedByStep : sharedSquares
      let factor = influence(of: step)
      sum += factor * factor * (privateSquares + rho * shared)
    }
    return sum
  }

  /// The variance of the mean over the leaves.
  public var varianceOfMean: Double {
    variance(ofSumWeightedBy: [Double](repeating: 1 / Double(leafCount), count: leafCount))
  }

  /// The mean over the leaves of their variances.
  public var meanVariance: Double {
    Sums.sum(count: leafCount) { variance(ofLeaf: $0) } / Double(leafCount)
  }

  /// The expectation of the sample variance of the leaves of one tree.
  ///
  ///     E[ 1/(L - 1) sum (x_l - mean)^2 ] = L/(L - 1) (mean variance - variance of the mean)
  ///
  /// All leaves have one mean. Zero for a single leaf.
  public var expectedSampleVariance: Double {
    guard leafCount > 1 else { return 0 }
    let count = Double(leafCount)
    return count / (count - 1) * (meanVariance - varianceOfMean)
  }

  /// The expectation of the squared distance of two different leaves of a tree, over all pairs, in this coordinate.
  ///
  /// Twice ``expectedSampleVariance``: the counterpart of the paper's mean pairwise distance of images.
  public var meanSquaredDistance: Double { 2 * expectedSampleVariance }

  /// The number of independent leaves whose mean varies as much, mean variance / variance of the mean.
  ///
  /// Between 1 and L where the correlations are not negative; L where the mean is certain.
  public var effectiveLeafCount: Double {
    let spread = varianceOfMean
    return spread > 0 ? meanVariance / spread : Double(leafCount)
  }
}

extension ForkNoise {
  /// Whether the children of different forks of one step share a part of their noise.
  var sharesWholeStep: Bool {
    switch self {
    case .independent, .scaled: false
    case .correlated(_, let sharing): sharing == .step
    }
  }
}
