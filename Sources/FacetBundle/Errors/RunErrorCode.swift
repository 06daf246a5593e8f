import FacetDiagnostics

/// The codes of commands that use bundles or write files, other than those of `facet verify`, and what each means.
package enum RunErrorCode: String, CaseIterable, ErrorCode {
  case bundleUnreadable = "bundle.unreadable"
  case bundleInput = "bundle.input"
  case attribute = "run.attribute"
  case profile = "run.profile"
  case fork = "run.fork"
  case from = "run.from"
  case reach = "run.reach"
  case costs = "costs.file"
  case otherCosts = "costs.other"
  case isa = "run.isa"
  case output = "run.output"
  case sample = "run.sample"
  case initExists = "init.exists"
  case outputFolder = "output.folder"
  case outputIsInput = "output.is-input"
  case outputUnwritable = "output.unwritable"
  case targetUnknown = "target.unknown"
  case memory = "memory.exhausted"
}

extension RunErrorCode {
  package var explanation: (title: String, causes: String, remedy: String) {
    switch self {
    case .bundleUnreadable:
      (
        "The bundle's file cannot be opened.",
        "A name was mistyped, permissions are missing, or the file is empty. The message includes the system's reason.",
        "Name a .facet file that 'facet compile' wrote."
      )
    case .bundleInput:
      (
        "The bundle takes larger images than can be made here.",
        "The benchmark makes its own input, and images have a largest side.",
        "Compile the model for a smaller input."
      )
    case .attribute:
      (
        "The bundle has no attribute of that name.",
        "A name of --attributes was mistyped, or the bundle was compiled without it.",
        "Use one of the names that the message lists, or that 'facet inspect BUNDLE' shows."
      )
    case .profile:
      (
        "The bundle has no profile of that name, or it does not serve the attributes that are asked for.",
        "The name is mistyped, or the profile was not named when the bundle was compiled.",
        "'facet inspect BUNDLE' lists the profiles; without --profile any attributes can be evaluated."
      )
    case .fork:
      (
        "The bundle has no fork of that name.",
        "A name of --cut or --from was mistyped, or the bundle was compiled from other outputs, so that branches leave elsewhere.",
        "'facet inspect BUNDLE' lists the forks."
      )
    case .from:
      (
        "A file that a run starts from does not hold the fork.",
        "It belongs to another fork or bundle, or files of different samples are given together.",
        "Give files that one run with --cut wrote."
      )
    case .reach:
      (
        "An attribute cannot be evaluated from the forks that are given.",
        "Its branch, or that of an attribute that its gate reads, leaves the network elsewhere.",
        "Add the fork that the message names, start from an image, or leave the attribute out."
      )
    case .costs:
      (
        "The file holds no measured costs.",
        "Another file was named, or it was cut off or edited.",
        "Measure them again with 'facet benchmark --write-costs' or 'facet-run --write-costs'."
      )
    case .otherCosts:
      (
        "The costs were measured on something other than what is run.",
        "They are for a bundle with other programs or weights, for other kernels, or for another number of threads.",
        "Measure them again with the bundle, --isa and --threads of the run."
      )
    case .isa:
      (
        "There are no kernels of that name here.",
        "--isa names a level that this CPU lacks, that is built for another kind of CPU, or that does not exist.",
        "Use one that the message lists, or leave --isa out: the best is chosen then."
      )
    case .output:
      (
        "The results cannot be written as asked.",
        "--output names a file instead of a folder, two attributes would become the same file, or the results are too many for memory.",
        "Name a folder that may be written; run fewer inputs or attributes at a time."
      )
    case .sample:
      (
        "A sample could not be evaluated, for an unknown reason.",
        "This is a fault of Facet, not of the data.",
        "Report it, with the bundle and the sample if that is possible."
      )
    case .initExists:
      (
        "The recipe would replace a file that exists.",
        "It may hold somebody's work.",
        "Name another file with -o, or give --force to replace it."
      )
    case .outputFolder:
      (
        "The result cannot be written where it is to go.",
        "Its folder does not exist, may not be written to, or stands where a file was to be named.",
        "Make the folder with mkdir -p, change its permissions, or name another file."
      )
    case .outputIsInput:
      (
        "The result would replace what the command reads.",
        "The same file is named as input and as output, perhaps through a link.",
        "Name another file for the result."
      )
    case .outputUnwritable:
      (
        "The standard output cannot be written.",
        "The disk behind '>' is full, or a limit on the size of files is reached.",
        "Free space, or send the output elsewhere."
      )
    case .memory:
      (
        "The system could not give more memory.",
        "The machine or a limit (ulimit -v, a container's) has less than the work needs, and the need could not be known before. Nothing was written.",
        "End other programs, raise the limit, or use a machine with more memory."
      )
    case .targetUnknown:
      (
        "There is no board of that name.",
        "Only a fault of Facet gives this error: a mistyped --target is reported as wrong usage.",
        "Report it; 'facet targets' lists the boards."
      )
    }
  }
}
