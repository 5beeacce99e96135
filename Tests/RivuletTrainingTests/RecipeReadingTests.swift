import Foundation
import RivuletNumerics
import RivuletTraining
import Testing

struct RecipeReadingTests {
  /// Every place of a document: the path as messages write it, and the steps that lead there.
  private struct Place {
    var path: String
    var steps: [Step]
  }

  private enum Step {
    case field(String)
    case index(Int)
  }

  private static func places(of element: JSONElement, at place: Place) -> [Place] {
    var found = place.steps.isEmpty ? [] : [place]
    switch element {
    case .record(let fields):
      for field in fields {
        let path = place.path.isEmpty ? field.name : "\(place.path).\(field.name)"
        found += places(
          of: field.value, at: Place(path: path, steps: place.steps + [.field(field.name)]))
      }
    case .list(let elements):
      for (index, element) in elements.enumerated() {
        found += places(
          of: element,
          at: Place(path: "\(place.path)[\(index)]", steps: place.steps + [.index(index)]))
      }
    default: break
    }
    return found
  }

  /// Returns the document with another value at a place; nil takes the field away.
  private static func document(
    _ element: JSONElement, replacing steps: ArraySlice<Step>, by value: JSONElement?,
    named name: String? = nil
  ) -> JSONElement {
    guard let step = steps.first else { return value ?? .null }
    switch (element, step) {
    case (.record(var fields), .field(let field)):
      guard let index = fields.firstIndex(where: { $0.name == field }) else { return element }
      if steps.count == 1 {
        guard let value else {
          fields.remove(at: index)
          return .record(fields)
        }
        fields[index] = JSONElement.Field(name ?? field, value)
      } else {
        fields[index].value = document(
          fields[index].value, replacing: steps.dropFirst(), by: value, named: name)
      }
      return .record(fields)
    case (.list(var elements), .index(let index)):
      elements[index] = document(
        elements[index], replacing: steps.dropFirst(), by: value, named: name)
      return .list(elements)
    default: return element
    }
  }

  private static func at(_ element: JSONElement, _ steps: [Step]) -> JSONElement? {
    var element: JSONElement? = element
    for step in steps {
      switch (element, step) {
      case (.record, .field(let name)): element = element?[name]
      case (.list(let elements), .index(let index)): element = elements[index]
      default: return nil
      }
    }
    return element
  }

  private static func failure(of document: JSONElement) -> RecipeError? {
    do {
      _ = try Recipe(document: document)
      return nil
    } catch {
      return error
    }
  }

  @Test func `nonsense in any field of any preset is refused with its path`() throws {
    // No field of a recipe may hold any of these: no text of the format has this name, no number
    // is this small, and no list is empty or nested in this way.
    let nonsense: [JSONElement] = [
      .text("\u{7}nonsense"), .number("-1e300"), .truth(true), .list([.list([])]),
      .record([JSONElement.Field("nonsense", .null)]),
    ]
    var checked = 0
    for preset in Recipe.presets {
      let document = try preset.recipe.document()
      for place in Self.places(of: document, at: Place(path: "", steps: [])) {
        for value in nonsense {
          let isFree =
            switch (place.path, value) {
            // Any text may be a name or a source; these numbers may be as small as one likes; and
            // these are true or false, or may be true.
            case ("name", .text), ("source", .text): true
            case (_, .number):
              ["weight", "offset", "mean[0]", "mean[1]", "gradients[0]", "gradients[1]"].contains {
                place.path.hasSuffix($0)
              }
            case (_, .truth):
              ["dropsForkEdges", "shuffles", "clipsLeftOver"].contains {
                place.path.hasSuffix($0)
              }
            default: false
            }
          guard !isFree else { continue }
          let changed = Self.document(document, replacing: place.steps[...], by: value)
          guard let error = Self.failure(of: changed) else {
            Issue.record("\(preset.id): \(place.path) may be \(value.line)")
            continue
          }
          #expect(
            error.path?.hasPrefix(place.path) == true, "\(preset.id): \(place.path): \(error)")
          checked += 1
        }
      }
    }
    // More than twenty presets of more than sixty places.
    #expect(checked > 5000)
  }

  @Test func `a field that is taken away or has a wrong name is refused with its path`() throws {
    for preset in Recipe.presets {
      let document = try preset.recipe.document()
      for place in Self.places(of: document, at: Place(path: "", steps: [])) {
        guard case .field(let name) = place.steps.last else { continue }
        let without = Self.document(document, replacing: place.steps[...], by: nil)
        guard case .missingField(let path, _) = Self.failure(of: without) else {
          Issue.record("\(preset.id): \(place.path) may be missing")
          continue
        }
        #expect(path == place.path)
        let misspelt = name + "x"
        let value = try #require(Self.at(document, place.steps))
        let renamed = Self.document(
          document, replacing: place.steps[...], by: value, named: misspelt)
        guard case .unknownField(let other, let nearest, _) = Self.failure(of: renamed) else {
          Issue.record("\(preset.id): \(place.path)x is read")
          continue
        }
        #expect(other == place.path + "x")
        #expect(nearest == name)
      }
    }
  }

  @Test func `a field that nobody knows is refused in every record`() throws {
    for preset in Recipe.presets {
      let document = try preset.recipe.document()
      for place in Self.places(of: document, at: Place(path: "", steps: [])) {
        guard case .record(let fields) = Self.at(document, place.steps) else { continue }
        let more = JSONElement.record(fields + [JSONElement.Field("zzzzzz", .null)])
        let changed = Self.document(document, replacing: place.steps[...], by: more)
        guard case .unknownField(let path, let nearest, let allowed) = Self.failure(of: changed)
        else {
          Issue.record("\(preset.id): \(place.path).zzzzzz is read")
          continue
        }
        #expect(path == place.path + ".zzzzzz")
        #expect(nearest == nil)
        #expect(Set(allowed) == Set(fields.map(\.name)))
      }
    }
  }

  @Test func `messages name the place, the value and what is allowed`() throws {
    let text = try #require(Recipe.preset("tempflow-v2/paper")).recipe.json()
    // The sentences are written by hand from the rules of the fields.
    let cases = [
      (
        #""learningRate": 0.0003"#, #""learningRate": -1"#,
        "optimiser.learningRate is -1; it must be a finite number > 0"
      ),
      (
        #""scope": "seedGroup""#, #""scope": "seedgruop""#,
        #"advantage.scope is "seedgruop" (did you mean seedGroup?); it must be one of "#
          + "seedGroup, promptGroup, batch, depth, siblings, flat"
      ),
      (
        #""learningRate""#, #""learnigRate""#,
        "optimiser.learnigRate is no field (did you mean learningRate?); the fields there are "
          + "rule, learningRate, beta1, beta2, epsilon, weightDecay, gradientNorm, average"
      ),
      (
        #""branches": 6"#, #""branches": 6.5"#,
        "rollout.branches is 6.5; it must be a whole number from 2 to 1000000"
      ),
      (
        #""seed": 1"#, #""seed": 18446744073709551616"#,
        "seed is 18446744073709551616; it must be a whole number from 0 to 18446744073709551615"
      ),
      (
        #""format": 1"#, #""format": 2"#,
        "format is 2; it must be 1"
      ),
      (
        #""format": 1,"#, #""format": 1"#,
        "line 15, column 3: a comma or '}' must follow the value of 'format'"
      ),
      (
        #""format": 1,"#, #""format": 1, "format": 1,"#,
        "line 14, column 16: 'format' is given twice in one record"
      ),
      (#""seed": 1"#, #""seed": NaN"#, "'NaN' is no value; texts stand in quotation marks"),
    ]
    for (right, wrong, message) in cases {
      #expect(text.contains(right))
      do {
        _ = try Recipe(json: text.replacingOccurrences(of: right, with: wrong))
        Issue.record("\(wrong) is read")
      } catch {
        #expect("\(error)".hasSuffix(message), "\(error)")
      }
    }
    #expect(throws: RecipeError.noRecord(kind: "a list")) { try Recipe(json: "[]") }
  }

  @Test func `a seed keeps all its bits, and Foundation's coders read what ours write`() throws {
    var recipe = try #require(Recipe.preset("branch-grpo/code")).recipe
    recipe.seed = .max
    recipe.optimiser.learningRate = 0.1 + 0.2
    #expect(try Recipe(json: recipe.json()) == recipe)
    let data = try JSONEncoder().encode(recipe)
    #expect(try JSONDecoder().decode(Recipe.self, from: data) == recipe)
  }

  @Test func `a recipe made by code obeys the rules of documents`() throws {
    var recipe = try #require(Recipe.preset("exact")).recipe
    recipe.optimiser.learningRate = .nan
    #expect(throws: RecipeError.self) { try recipe.validate() }
    recipe.optimiser.learningRate = 0.1
    recipe.model = Component("affineGauss", [])
    do {
      try recipe.validate()
      Issue.record("an unknown model is valid")
    } catch {
      #expect(error.path == "model.kind")
      #expect("\(error)".contains("did you mean affineGaussian?"))
    }
  }
}
