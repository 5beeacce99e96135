import Rivulet
import RivuletNumerics

extension Throughput {
  /// One row for each elementary function.
  static var elementaryRows: [Row] {
    [
      row("exp", Elementary.exp), row("log", Elementary.log), row("expm1", Elementary.expm1),
      row("log1p", Elementary.log1p), row("sin", Elementary.sin), row("cos", Elementary.cos),
      row("tanh", Elementary.tanh),
    ]
  }

  private static func row(
    _ name: String, _ function: @escaping @Sendable (Double) -> Double
  ) -> Row {
    Row(name: name, items: 2000) { piece in
      var sum = 0.0
      for index in 1...2000 { sum += function(Double(index + piece) * 0.003) }
      precondition(sum.isFinite, "\(name) is not finite")
    }
  }
}
