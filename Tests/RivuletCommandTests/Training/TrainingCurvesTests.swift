import Rivulet
import Testing

@testable import RivuletCommand

struct TrainingCurvesTests {
  @Test func `bins hold the mean of their iterations, however many there are`() throws {
    for count in [1, 5, 64, 65, 128, 129, 1_000] {
      var curves = TrainingCurves()
      for iteration in 1...count {
        curves.add([RunMetrics.Value("reward", Double(iteration))], of: iteration)
      }
      // The shortest power of two with which the bins suffice.
      var length = 1
      while (count + length - 1) / length > TrainingCurves.largestBinCount { length *= 2 }
      #expect(curves.binLength == length)
      // The mean of first ... last is their half sum.
      let expected = stride(from: 1, through: count, by: length).map { first in
        Double(first + min(first + length - 1, count)) / 2
      }
      #expect(curves.curves.map(\.means) == [expected])
    }
  }

  @Test func `a metric may start late, stop early, or be infinite`() {
    var curves = TrainingCurves()
    curves.add([RunMetrics.Value("loss", 2), RunMetrics.Value("pretraining", 1)], of: 1)
    curves.add([RunMetrics.Value("reward", 1), RunMetrics.Value("loss", .infinity)], of: 2)
    curves.add([RunMetrics.Value("reward", 3)], of: 3)
    #expect(curves.curves.map(\.name) == ["loss", "reward"])
    #expect(curves.curves.map(\.means) == [[2, nil], [nil, 1, 3]])
    let table = curves.table(style: .plain, marks: Array("_.-:=+*#"))
    #expect(
      table == ["        first  last", "reward      1     3   _#", "loss        2     2  _ "])
  }

  @Test func `a course runs from the lowest to the highest mark`() {
    let marks: [Character] = Array("12345678")
    #expect(TrainingCurves.course([0, 1, 2, 3, 4, 5, 6, 7], marks: marks) == "12345678")
    #expect(TrainingCurves.course([5, 5], marks: marks) == "11")
    #expect(TrainingCurves.course([nil, -1e308, 1e308], marks: marks) == " 18")
    #expect(TrainingCurves.course([nil], marks: marks) == "")
    #expect(TrainingCurves.marks(["LANG": "C.UTF-8"]).count == 8)
    #expect(!TrainingCurves.marks([:]).contains { !$0.isASCII })
  }

  @Test func `the bar of a run has reward, divergence, clip, gradient and speed`() {
    let errors = MemorySink(isTerminal: true, columns: 100)
    let console = Console(environment: [:], output: MemorySink(), errors: errors)
    var progress = TrainingProgress(console: console, total: 4, done: 3)
    progress.show(4) { "reward 1 KL 2 clip 3% grad 4" }
    #expect(errors.text.contains("[############] 4/4 "))
    #expect(errors.text.hasSuffix("/s reward 1 KL 2 clip 3% grad 4"))
    #expect(TrainingProgress.words(rate: 1234.6) == "1235/s")
    #expect(TrainingProgress.words(rate: 1.2346) == "1.23/s")
    let silent = MemorySink()
    var none = TrainingProgress(
      console: Console(environment: [:], output: MemorySink(), errors: silent), total: 4, done: 3)
    none.show(4) { "reward" }
    none.clear()
    #expect(silent.text == "")
  }

  @Test func `a word is written as a shell reads it back`() {
    #expect(shellWord("runs/a-1") == "runs/a-1")
    #expect(shellWord("it's") == #"'it'\''s'"#)
  }
}
