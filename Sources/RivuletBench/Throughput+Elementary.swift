import Rivulet
import RivuletNumerics

extension Throughput {
  /// One row for each elementary function, over arrays of arguments of everyday size.
  static var elementaryRows: [Row] {
    [
      row("exp", Elementary.formExp), row("log", Elementary.formLog),
      row("expm1", Elementary.formExpm1), row("log1p", Elementary.formLog1p),
      row("sin", Elementary.formSin), row("cos", Elementary.formCos),
      row("tanh", Elementary.formTanh),
    ]
  }

  private static func row(
    _ name: String, _ function: @escaping @Sendable (inout [Double]) -> Void
  ) -> Row {
    Row(name: name, items: 4096) { piece in
      var values = (1...4096).map { Double($0 + piece) * 0.002 }
      function(&values)
      precondition(values[0].isFinite, "\(name) is not finite")
    }
  }
}
