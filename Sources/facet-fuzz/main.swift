import Glibc

// Gives damaged files to the code behind the commands, in this process: each variant must end in a result or an error. The address
// sanitizer (a build with --sanitize=address) sees what a crash does not.

let usage = """
  usage: facet-fuzz [KIND FILE] [--count N] [--seed S]
  KIND is model, recipe, image, bundle, npy or labels; FILE a good one, which is damaged in memory.
  Without them: every kind, from Examples/face-attributes and Tests/FuzzModels under the working directory.

  """

func complain(_ text: String) {
  let bytes = Array("facet-fuzz: \(text)".utf8)
  _ = write(STDERR_FILENO, bytes, bytes.count)
}

func run() -> Int32 {
  let arguments: FuzzArguments
  do {
    arguments = try FuzzArguments(Array(CommandLine.arguments.dropFirst()))
  } catch {
    complain("\(error.message)\n\(usage)")
    return 64
  }
  do {
    var passed = 0
    var failed = 0
    for subject in try arguments.subjects() {
      let result = FuzzRun(subject: subject, count: arguments.count, seed: arguments.seed).run()
      passed += result.passed
      failed += result.failed
    }
    print("\(passed) passed, \(failed) failed")
    return failed == 0 ? 0 : 1
  } catch {
    complain("\(error)\n")
    return 1
  }
}

exit(run())
