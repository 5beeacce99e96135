import RivuletCredit

/// Every convention with every scope and with and without epsilon.
let allRules: [AdvantageRule] = AdvantageRule.Convention.allCases.flatMap { convention in
  AdvantageRule.Scope.allCases.flatMap { scope in
    [0, 1e-8, 1e-4].map {
      AdvantageRule(convention: convention, scope: scope, epsilon: $0)
    }
  }
}

/// The population standard deviation, by the plain formula.
func plainPopulationDeviation(_ values: [Double]) -> Double {
  let mean = values.reduce(0, +) / Double(values.count)
  return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
}
