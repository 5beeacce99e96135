// Expectations of functions that are Chebyshev series on panels of the line.

/// Writes the weighted sum of several functions over points centre + deviation * node.
///
/// Function c on panel p, from `edges[p]` to `edges[p + 1]`, is the sum over n of
/// `coefficients[(p * terms + n) * functions + c]` T_n(t), t from -1 to 1 along the panel. Points
/// beyond the first or last edge use the series of the panel that is nearest. The terms are first added
/// up over the points of one panel, so that the cost does not grow with the number of functions.
///
/// There is one more edge than panels, two or more terms, and the nodes ascend; the deviation is not
/// negative. The workspace has room for `terms` numbers, the output for `functions`.
@inline(never)
public func panelExpectation(
  edges: UnsafePointer<Double>, panels: Int, coefficients: UnsafePointer<Double>, terms: Int,
  functions: Int, centre: Double, deviation: Double, nodes: UnsafePointer<Double>,
  weights: UnsafePointer<Double>, count: Int, workspace: UnsafeMutablePointer<Double>,
  output: UnsafeMutablePointer<Double>
) {
  for function in 0..<functions { output[function] = 0 }
  var panel = 0
  var end = panels
  let first = centre + deviation * nodes[0]
  while end - panel > 1 {
    let middle = (panel + end) / 2
    if edges[middle] <= first { panel = middle } else { end = middle }
  }
  var node = 0
  while node < count {
    while panel < panels - 1 && centre + deviation * nodes[node] >= edges[panel + 1] { panel += 1 }
    let (start, stop) = (edges[panel], edges[panel + 1])
    let factor = 2 / (stop - start)
    for term in 0..<terms { workspace[term] = 0 }
    while node < count {
      let point = centre + deviation * nodes[node]
      if point >= stop && panel < panels - 1 { break }
      let t = (point - start) * factor - 1
      let weight = weights[node]
      var (before, here) = (weight, weight * t)
      workspace[0] += before
      workspace[1] += here
      for term in 2..<max(2, terms) {
        let next = 2 * t * here - before
        workspace[term] += next
        before = here
        here = next
      }
      node += 1
    }
    let base = coefficients + panel * terms * functions
    for term in 0..<terms {
      let sum = workspace[term]
      let row = base + term * functions
      for function in 0..<functions { output[function] += sum * row[function] }
    }
  }
}

/// Writes the product of two matrices that are held row by row.
@inline(never)
public func matrixProduct(
  _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, rows: Int, inner: Int,
  columns: Int, output: UnsafeMutablePointer<Double>
) {
  for row in 0..<rows {
    let sums = output + row * columns
    for column in 0..<columns { sums[column] = 0 }
    for index in 0..<inner {
      let factor = left[row * inner + index]
      let terms = right + index * columns
      for column in 0..<columns { sums[column] += factor * terms[column] }
    }
  }
}
