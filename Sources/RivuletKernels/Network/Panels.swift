/// Copies a matrix into the order in which ``layerProduct(panels:rows:inner:input:lanes:bias:output:)``
/// reads it: panels of four rows, column by column, then a panel of two rows and one of one row as the
/// number of rows needs them.
///
/// - Parameters:
///   - matrix: The entry of row r and column c is `matrix[r * rowStride + c * columnStride]`.
///   - rows: The number of rows.
///   - columns: The number of columns.
///   - rowStride: The distance of rows.
///   - columnStride: The distance of columns.
///   - panels: Room for `rows` times `columns` numbers.
public func packPanels(
  _ matrix: UnsafePointer<Float>, rows: Int, columns: Int, rowStride: Int, columnStride: Int,
  into panels: UnsafeMutablePointer<Float>
) {
  var row = 0
  var target = panels
  while row < rows {
    let height = rows - row >= 4 ? 4 : (rows - row >= 2 ? 2 : 1)
    for column in 0..<columns {
      for member in 0..<height {
        target[column * height + member] =
          matrix[(row + member) * rowStride + column * columnStride]
      }
    }
    target += height * columns
    row += height
  }
}

/// Writes the bias of a layer at each step, in which the weights of the inputs that all lanes share are
/// folded: `biases[k * rows + r] = bias[r] + sum_f factors[k][f] * weights[r * stride + f]`, f ascending.
///
/// - Parameters:
///   - bias: The bias of each row.
///   - weights: The weight of row 0 and factor 0; those of one row are neighbours.
///   - stride: The distance of the weights of two rows.
///   - rows: The number of rows.
///   - factors: The factors of each step, such as functions of its time.
///   - factorCount: How many factors a step has.
///   - stepCount: The number of steps.
///   - biases: Room for `stepCount` times `rows` numbers.
public func foldFactors(
  bias: UnsafePointer<Float>, weights: UnsafePointer<Float>, stride: Int, rows: Int,
  factors: UnsafePointer<Float>, factorCount: Int, stepCount: Int,
  into biases: UnsafeMutablePointer<Float>
) {
  for step in 0..<stepCount {
    let own = factors + step * factorCount
    for row in 0..<rows {
      var sum = bias[row]
      for factor in 0..<factorCount { sum += own[factor] * weights[row * stride + factor] }
      biases[step * rows + row] = sum
    }
  }
}
