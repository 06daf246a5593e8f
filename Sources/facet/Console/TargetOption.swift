import ArgumentParser
import FacetCompiler
import FacetDiagnostics

extension ParsableCommand {
  /// A board that does not exist is a mistake in the command line.
  func validate(target name: String) throws {
    do throws(FacetError) { _ = try Target.named(name) } catch {
      throw ValidationError(error.diagnostics.map { "\($0.message) \($0.remedy)" }.joined(separator: "\n"))
    }
  }
}
