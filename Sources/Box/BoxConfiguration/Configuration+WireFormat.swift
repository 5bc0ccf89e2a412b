import Base
import PlatformAPI

extension Configuration {
    /// How this platform wants to be spoken to.
    public func wireFormat(timeZone: any TimeZoneRules) -> WireFormat {
        var format = WireFormat(baseURL: platform.baseURL, deviceID: device.id, softwareVersion: Release.number)
        format.body = platform.body
        format.binaryTicket = tickets.binaryTicket
        format.timeZone = timeZone
        format.timeFormat = platform.timeFormat
        format.coordinates = platform.coordinates
        format.unlisted = platform.unlisted
        format.tokenCall.call = platform.token.call
        format.tokenCall.applicationID = platform.token.applicationID
        format.tokenCall.secret = platform.token.secret
        format.tokenCall.applicationIDField = platform.token.applicationIDField
        format.tokenCall.secretField = platform.token.secretField
        format.tokenCall.tokenField = platform.token.tokenField
        format.tokenCall.expiresInField = platform.token.expiresInField
        return format
    }
}
