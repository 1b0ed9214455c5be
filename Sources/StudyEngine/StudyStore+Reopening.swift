extension StudyStore {
  /// Opens the folder's store to write, for the study that it has, whatever study file the user has now.
  /// - Throws: `StudyStoreError`, or `StudyFileError` if the stored study file is of another version.
  package static func reopen(_ folder: StudyFolder) throws -> (study: Study, store: StudyStore) {
    let file = try StudyStore(reading: folder).studyFile()
    let study = try StudyFile(text: file.text, path: "study.yaml", overrides: file.overrides).study()
    return (study, try StudyStore(folder: folder, study: study, programVersion: ProgramVersion.current))
  }
}
