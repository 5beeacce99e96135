import Foundation
import Rivulet

@main struct RivuletBench {
  static func main() {
    let options: BenchOptions
    do {
      options = try BenchOptions(Array(CommandLine.arguments.dropFirst()))
    } catch {
      FileHandle.standardError.write(Data("error: \(error)\n\n\(BenchOptions.usage)\n".utf8))
      exit(64)
    }
    if options.help {
      print(BenchOptions.usage)
    } else if let training = TrainingWorkload.all.first(where: { $0.name == options.workload }) {
      do {
        try training.main(options)
      } catch {
        FileHandle.standardError.write(Data("error: \(error)\n".utf8))
        exit(1)
      }
    } else if options.workload != nil {
      AffineWorkload.main(options)
    } else {
      let most = options.threads ?? 2
      for threads in most == 1 ? [1] : [1, most] {
        Throughput(threads: threads, seconds: options.seconds ?? 0.3).print(only: options.rows)
      }
      if options.rows == nil { searchElementaryFunctions(count: 1_000_000) }
    }
  }
}
