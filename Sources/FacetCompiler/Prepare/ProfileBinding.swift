import FacetDiagnostics
import FacetFormat
import FacetImport
import FacetRecipe

/// A profile whose attributes were found in the model.
struct ProfileBinding {
  var name: String
  /// In the order of the bundle.
  var names: [String]
  var attributes: AttributeSet

  /// Those of the recipe, then those of the request that are not in it, in their order.
  ///
  /// - Throws: all names that the model does not have, and all attributes that are missing for gates, at once.
  static func profiles(_ model: PreparedModel, _ request: CompileRequest) throws(FacetError) -> [ProfileBinding] {
    var profiles = model.recipe?.profiles ?? []
    var problems: [Diagnostic] = []
    var given: Set<String> = []
    for profile in request.profiles {
      if !given.insert(profile.name).inserted {
        problems.append(problem("Profile '\(profile.name)' is given twice.", "Give one --profile for each name.", "--profile"))
      }
      if let index = profiles.firstIndex(where: { $0.name == profile.name }) {
        profiles[index] = profile
      } else {
        profiles.append(profile)
      }
    }
    if profiles.count > Profile.maximumCount {
      problems.append(
        problem("There are \(profiles.count) profiles; at most \(Profile.maximumCount) are supported.", "Leave some out.", "--profile"))
    }
    let known = model.attributes.map(\.name)
    var result: [ProfileBinding] = []
    for profile in profiles {
      var set = AttributeSet()
      for name in profile.attributes {
        guard let index = known.firstIndex(of: name) else {
          problems.append(
            problem(
              "Profile '\(profile.name)' names the attribute \(quoted(name)), which the model does not have.",
              [didYouMean(name, among: known), "It has \(known.joined(separator: ", "))."].filter { !$0.isEmpty }.joined(separator: " "),
              given.contains(profile.name) ? "--profile" : model.recipe?.file ?? "--profile"))
          continue
        }
        set.insert(index)
      }
      result.append(
        ProfileBinding(name: profile.name, names: set.map { known[$0] }, attributes: set))
    }
    for profile in problems.isEmpty ? result : [] {
      for (name, read) in profile.missing(model) {
        problems.append(
          problem(
            "Profile '\(profile.name)' lacks what a gate reads: \(name)'s reads \(read.joined(separator: " and ")).",
            "Name \(read.count == 1 ? "it" : "them") in the profile too.",
            given.contains(profile.name) ? "--profile" : model.recipe?.file ?? "--profile"))
      }
    }
    guard problems.isEmpty else { throw FacetError(problems) }
    return result
  }

  /// For each gate of the profile, and of what those gates need, the attributes that it reads and the profile does not have.
  private func missing(_ model: PreparedModel) -> [(name: String, read: [String])] {
    guard let evaluation = model.evaluation else { return [] }
    var result: [(name: String, read: [String])] = []
    var needed = attributes
    // Gates read only what is evaluated before.
    for index in evaluation.order.reversed() where needed.contains(index) {
      let read = evaluation.reads(index)
      for other in read { needed.insert(other) }
      let lacking = read.filter { !attributes.contains($0) }
      if !lacking.isEmpty { result.append((model.attributes[index].name, lacking.map { model.attributes[$0].name })) }
    }
    return result
  }

  private static func problem(_ message: String, _ remedy: String, _ file: String) -> Diagnostic {
    Diagnostic(code: CompileErrorCode.profile, file: file, message: message, remedy: remedy)
  }
}
