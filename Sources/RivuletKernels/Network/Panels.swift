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

/// Writes the bias of a layer at each time, in which the weight of the time input is folded:
/// `biases[k * rows + r] = bias[r] + times[k] * timeWeights[r * stride]`.
///
/// - Parameters:
///   - bias: The bias of each row.
///   - timeWeights: The weight of the time input of row 0.
///   - stride: The distance of the weights of two rows.
///   - rows: The number of rows.
///   - times: The times.
///   - timeCount: How many.
///   - biases: Room for `timeCount` times `rows` numbers.
public func foldTime(
  bias: UnsafePointer<Float>, timeWeights: UnsafePointer<Float>, stride: Int, rows: Int,
  times: UnsafePointer<Float>, timeCount: Int, into biases: UnsafeMutablePointer<Float>
) {
  for step in 0..<timeCount {
    for row in 0..<rows {
      biases[step * rows + row] = bias[row] + times[step] * timeWeights[row * stride]
    }
  }
}
