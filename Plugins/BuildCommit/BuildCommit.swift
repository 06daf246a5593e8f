import Foundation
import PackagePlugin

/// Tells the command which commit it is built from: a constant that is written anew before a build where the commit has changed.
@main struct BuildCommit: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) -> [Command] {
    let folder = context.pluginWorkDirectoryURL.appending(path: "Commit")
    return [
      .prebuildCommand(
        displayName: "Commit", executable: URL(filePath: "/bin/sh"),
        arguments: [context.package.directoryURL.appending(path: "Scripts/build-commit").path, folder.path],
        outputFilesDirectory: folder)
    ]
  }
}
