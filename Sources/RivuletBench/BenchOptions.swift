/// What the command line of the benchmark asks for.
struct BenchOptions {
  /// Why a command line is refused.
  enum Invalid: Error, CustomStringConvertible {
    case unknownOption(String)
    case missingValue(String)
    case badValue(option: String, value: String, wanted: String)

    var description: String {
      switch self {
      case .unknownOption(let name): "unknown option '\(name)'"
      case .missingValue(let name): "option '\(name)' needs a value"
      case .badValue(let option, let value, let wanted):
        "option '\(option)' got '\(value)'; it takes \(wanted)"
      }
    }
  }

  static let usage = """
    rivulet-bench                                     throughput of the kernels, as a table
    rivulet-bench --rows trees                        some rows of it
    rivulet-bench --workload affine --threads 2       time a workload, as one line of JSON
    rivulet-bench --workload affine --check           its answers, to compare with exact values

    Options:
      --workload NAME     tiny, toy, toy20, pixel: chains of a perceptron, one training iteration;
                          tree: the same with rollout trees;
                          affine: 10 planar affine steps, mean reward and five moments
      --threads N         threads (default 1); the table is for one thread and for N (default 2)
      --rows TEXT         only the rows of the table whose names hold the text, such as trees
      --seconds S         how long to measure (default 3; in the table, 0.3 for each row)
      --iters K           run K iterations and stop, without timing
      --trajectories N    trajectories of one iteration (default 1000000; with --check 10000000)
      --dtype f32|f64     the precision, f32 by default; f64 for affine alone
      --check             print answers and not times
      --help              this text
    """

  var workload: String?
  var rows: String?
  var threads: Int?
  var seconds: Double?
  var iterations = 0
  var trajectories: Int?
  var precision: String?
  var check = false
  var help = false

  /// Reads the arguments after the program's name.
  init(_ arguments: [String]) throws(Invalid) {
    var position = 0
    while position < arguments.count {
      let option = arguments[position]
      position += 1
      switch option {
      case "--check":
        check = true
        continue
      case "--help", "-h":
        help = true
        continue
      case "--workload", "--threads", "--seconds", "--iters", "--trajectories", "--dtype", "--rows":
        break
      default: throw .unknownOption(option)
      }
      guard position < arguments.count else { throw .missingValue(option) }
      let value = arguments[position]
      position += 1
      switch option {
      case "--workload":
        let names = TrainingWorkload.all.map(\.name) + ["affine"]
        guard names.contains(value) else {
          throw .badValue(option: option, value: value, wanted: names.joined(separator: ", "))
        }
        workload = value
      case "--dtype":
        precision = value
      case "--seconds":
        guard let number = Double(value), number > 0, number <= 3600 else {
          throw .badValue(option: option, value: value, wanted: "a number in (0, 3600]")
        }
        seconds = number
      case "--rows": rows = value
      case "--threads": threads = try Self.whole(option, value, upTo: 1024)
      case "--iters": iterations = try Self.whole(option, value, upTo: 1_000_000_000)
      default: trajectories = try Self.whole(option, value, upTo: 4_000_000_000)
      }
    }
    if let precision, precision != "f32", precision != "f64" || workload != "affine" {
      throw .badValue(
        option: "--dtype", value: precision, wanted: workload == "affine" ? "f32 or f64" : "f32")
    }
  }

  private static func whole(
    _ option: String, _ value: String, upTo largest: Int
  ) throws(Invalid) -> Int {
    guard let number = Int(value), number >= 1, number <= largest else {
      throw .badValue(option: option, value: value, wanted: "a whole number from 1 to \(largest)")
    }
    return number
  }
}
