import Base
import PlatformAPI
import Testing

@Suite("Coordinate systems")
struct CoordinateSystemTests {
    private func expect(
        _ system: CoordinateSystem, _ latitude: Double, _ longitude: Double, gives expected: (Double, Double), within: Double,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let place = system.convert(latitude: latitude, longitude: longitude)
        #expect((place.latitude - expected.0).magnitude < within, sourceLocation: sourceLocation)
        #expect((place.longitude - expected.1).magnitude < within, sourceLocation: sourceLocation)
    }

    @Test("GCJ-02 agrees with coordtransform's published vector")
    func gcj02() {
        expect(.gcj02, 39.915, 116.404, gives: (39.91640428150164, 116.41024449916938), within: 1e-12)
    }

    // That implementation takes WGS-84's radius where others take Krasovsky's; the difference is a decimetre at most.
    @Test(
        "GCJ-02 agrees with eviltransform's published vectors to 10 cm",
        arguments: [
            (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
            (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
            (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
        ])
    func gcj02Cities(latitude: Double, longitude: Double, expectedLatitude: Double, expectedLongitude: Double) {
        expect(.gcj02, latitude, longitude, gives: (expectedLatitude, expectedLongitude), within: 1e-6)
    }

    @Test("BD-09 agrees with coordtransform's published vector")
    func bd09() {
        expect(.bd09, 39.915, 116.404, gives: (39.922699552216216, 116.41662724378733), within: 1e-12)
    }

    @Test("WGS-84, and any place outside China, stays as it is", arguments: CoordinateSystem.allCases)
    func unchanged(system: CoordinateSystem) {
        expect(system, 48.8584, 2.2945, gives: (48.8584, 2.2945), within: 1e-15)
        expect(.wgs84, 39.915, 116.404, gives: (39.915, 116.404), within: 1e-15)
    }

    @Test("a request carries the converted place")
    func inRequest() {
        let format = makeFormat { $0.coordinates = .bd09 }
        let place = Position(latitude: 39.915, longitude: 116.404)
        let body = format.encode(.check(.ticket([0x31]), .online, position: place, time: morning)).body
        #expect(String(decoding: body, as: UTF8.self).contains(#""lng":"116.416627","lat":"39.922700""#))
    }
}
