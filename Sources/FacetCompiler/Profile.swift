import FacetDiagnostics
import FacetImport

/// A named set of attributes with a memory plan of its own, which serves them alone.
public struct Profile: Sendable, Equatable {
  public var name: String
  /// Names, in any order.
  public var attributes: [String]

  /// As many as anyone uses; a bundle has a section for each.
  public static let maximumCount = 64

  public init(name: String, attributes: [String]) { (self.name, self.attributes) = (name, attributes) }

  /// Reads `NAME=a,b`; nil where it is not of that form, or the name is no identifier.
  public init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, Recipe.Attribute.isIdentifier(String(parts[0])), !parts[1].isEmpty else { return nil }
    self.init(name: String(parts[0]), attributes: parts[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init))
  }
}

/// A profile whose attributes were found in the model.
struct ProfileBinding {
  var name: String
  /// In the order of the bundle.
  var names: [String]
  /// Bit i stands for attribute i.
  var attributes: UInt64

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
      var set: UInt64 = 0
      for name in profile.attributes {
        guard let index = known.firstIndex(of: name) else {
          problems.append(
            problem(
              "Profile '\(profile.name)' names the attribute \(quoted(name)), which the model does not have.",
              [didYouMean(name, among: known), "It has \(known.joined(separator: ", "))."].filter { !$0.isEmpty }.joined(separator: " "),
              given.contains(profile.name) ? "--profile" : model.recipe?.file ?? "--profile"))
          continue
        }
        set |= 1 << UInt64(index)
      }
      result.append(
        ProfileBinding(name: profile.name, names: known.indices.filter { set >> UInt64($0) & 1 != 0 }.map { known[$0] }, attributes: set))
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
    for index in evaluation.order.reversed() where needed >> UInt64(index) & 1 != 0 {
      let read = evaluation.reads(index)
      needed = read.reduce(needed) { $0 | 1 << UInt64($1) }
      let lacking = read.filter { attributes >> UInt64($0) & 1 == 0 }
      if !lacking.isEmpty { result.append((model.attributes[index].name, lacking.map { model.attributes[$0].name })) }
    }
    return result
  }

  private static func problem(_ message: String, _ remedy: String, _ file: String) -> Diagnostic {
    Diagnostic(code: CompileErrorCode.profile, file: file, message: message, remedy: remedy)
  }
}
