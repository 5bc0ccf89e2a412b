extension HubStoreError {
    /// A generation that was to be loaded or adopted is not being loaded.
    public static func notLoading(_ generation: Int64) -> HubStoreError {
        HubStoreError(
            .conflict, "generation \(generation) of a list is no longer being loaded", nextStep: "load it once more")
    }

    /// Two devices cannot be one for the platform.
    public static func identityTaken(_ upstreamID: String, by deviceID: String) -> HubStoreError {
        HubStoreError(
            .conflict, "the platform knows device \(deviceID) as \(upstreamID)",
            nextStep: "give that device another name first, or revoke it")
    }
}
