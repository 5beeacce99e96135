public import RivuletFlow

/// What each step of a sampler decides of each frequency of a random image.
///
/// A pixel field with a power spectrum is one scalar chain for each frequency, so all closed forms of
/// ``GaussianChain`` hold frequency by frequency. Frequencies of one size |f| share their chain.
public struct FrequencyCurves: Sendable {
  /// The sizes |f| that occur, ascending.
  public let magnitudes: [Double]
  /// How many frequencies have each size.
  public let counts: [Int]
  /// The chain of each size.
  public let chains: [GaussianChain]
  private let places: [Int]

  /// Makes the curves of a sampler on a field.
  ///
  /// - Parameters:
  ///   - field: The random images.
  ///   - plan: The steps.
  public init(field: PixelGridField, plan: SamplingPlan) {
    let sizes = field.magnitudes
    var magnitudes: [Double] = []
    for size in sizes.sorted() where magnitudes.last != size { magnitudes.append(size) }
    var counts = [Int](repeating: 0, count: magnitudes.count)
    var deviations = [Double](repeating: 0, count: magnitudes.count)
    // Every size occurs in the list that was made of the sizes.
    let places = sizes.map { size in magnitudes.firstIndex(of: size) ?? 0 }
    for (index, place) in places.enumerated() {
      counts[place] += 1
      deviations[place] = field.deviations[index]
    }
    self.magnitudes = magnitudes
    self.counts = counts
    self.places = places
    chains = deviations.map { GaussianChain(plan: plan, deviation: $0) }
  }

  /// Returns the chain of one frequency.
  ///
  /// - Parameter index: The coordinate p n + q in the basis of cosines.
  /// - Returns: Its chain.
  public func chain(ofFrequency index: Int) -> GaussianChain {
    precondition(places.indices.contains(index), "the image has no frequency \(index)")
    return chains[places[index]]
  }

  /// Returns by how much the noise of a step moves each size of frequency of the final image.
  ///
  ///     tau_k |Phi_{k+1}(f)|
  ///
  /// - Parameter step: k, 0 to N - 1.
  /// - Returns: One standard deviation for each of ``magnitudes``.
  public func influence(of step: Int) -> [Double] {
    chains.map { abs($0.influence(of: step)) }
  }

  /// Returns the step whose noise moves each size of frequency most; the first of equal ones.
  ///
  /// - Returns: One step for each of ``magnitudes``.
  public func decisiveSteps() -> [Int] {
    chains.map { chain in
      var best = 0
      for step in 0..<chain.stepCount
      where abs(chain.influence(of: step)) > abs(chain.influence(of: best)) {
        best = step
      }
      return best
    }
  }
}
