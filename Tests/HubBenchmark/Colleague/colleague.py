"""The hub's two most frequent calls as a new colleague would write them: FastAPI, SQLAlchemy, PostgreSQL."""
import os
from datetime import datetime

from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import BigInteger, DateTime, Float, Integer, String, UniqueConstraint, create_engine, func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

engine = create_engine(os.environ["DATABASE_URL"])
make_session = sessionmaker(engine)
app = FastAPI()


class Base(DeclarativeBase):
    pass


class Device(Base):
    __tablename__ = "devices"
    device_id: Mapped[str] = mapped_column(String, primary_key=True)
    last_heartbeat_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    software_ver: Mapped[int | None] = mapped_column(Integer)
    cards_version: Mapped[str | None] = mapped_column(String)
    lng: Mapped[float | None] = mapped_column(Float)
    lat: Mapped[float | None] = mapped_column(Float)
    course: Mapped[float | None] = mapped_column(Float)
    speed: Mapped[float | None] = mapped_column(Float)


class Position(Base):
    __tablename__ = "positions"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    device_id: Mapped[str] = mapped_column(String, index=True)
    req_id: Mapped[str] = mapped_column(String)
    time: Mapped[datetime] = mapped_column(DateTime)
    lng: Mapped[float] = mapped_column(Float)
    lat: Mapped[float] = mapped_column(Float)
    course: Mapped[float | None] = mapped_column(Float)
    speed: Mapped[float | None] = mapped_column(Float)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class Record(Base):
    __tablename__ = "records"
    __table_args__ = (UniqueConstraint("device_id", "call", "req_id"),)
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    device_id: Mapped[str] = mapped_column(String)
    call: Mapped[str] = mapped_column(String)
    req_id: Mapped[str] = mapped_column(String)
    subject: Mapped[str] = mapped_column(String)
    status: Mapped[int] = mapped_column(Integer)
    check_mode: Mapped[int | None] = mapped_column(Integer)
    time: Mapped[datetime] = mapped_column(DateTime)
    lng: Mapped[float | None] = mapped_column(Float)
    lat: Mapped[float | None] = mapped_column(Float)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class HeartbeatRequest(BaseModel):
    req_id: str
    device_id: str
    time: datetime
    lng: float | None = None
    lat: float | None = None
    course: float | None = None
    speed: float | None = None
    version_code_all: str
    software_ver: int


class RecordRequest(BaseModel):
    req_id: str
    device_id: str
    card_id: str
    time: datetime
    lng: float | None = None
    lat: float | None = None
    status: int = 0
    check_mode: int | None = None


def get_session():
    with make_session() as session:
        yield session


@app.post("/api/location_report")
def location_report(request: HeartbeatRequest, session: Session = Depends(get_session)):
    device = session.get(Device, request.device_id)
    if device is None:
        device = Device(device_id=request.device_id)
        session.add(device)
    device.last_heartbeat_at = datetime.now().astimezone()
    device.software_ver = request.software_ver
    device.cards_version = request.version_code_all
    device.lng, device.lat, device.course, device.speed = request.lng, request.lat, request.course, request.speed
    if request.lng is not None and request.lat is not None:
        session.add(Position(
            device_id=request.device_id, req_id=request.req_id, time=request.time, lng=request.lng, lat=request.lat,
            course=request.course, speed=request.speed))
    session.commit()
    return {
        "req_id": request.req_id, "ret_code": 0, "ret_msg": "成功", "enterprise_id": "1",
        "server_time": datetime.now().strftime("%y%m%d%H%M%S"), "version_code": "0", "check_mode": 1, "check_card_mode": 1,
        "qrcode_mode": 1, "card_mode": 1, "white_mode": 1, "version_code_all": "0", "version_code_add": "0",
        "line_version_code_all": "0", "is_line_white": 0, "check_start_time_format": "", "check_end_time_format": "",
    }


def store(call: str, request: RecordRequest, session: Session):
    session.add(Record(
        device_id=request.device_id, call=call, req_id=request.req_id, subject=request.card_id, status=request.status,
        check_mode=request.check_mode, time=request.time, lng=request.lng, lat=request.lat))
    try:
        session.commit()
    except IntegrityError:
        # It came again: the answer to the first one was lost.
        session.rollback()
    return {"req_id": request.req_id, "ret_code": 0, "ret_msg": "成功"}


@app.post("/api/card_check")
def card_check(request: RecordRequest, session: Session = Depends(get_session)):
    return store("card_check", request, session) | {"sound_no": 0}


@app.post("/api/card_check_log")
def card_check_log(request: RecordRequest, session: Session = Depends(get_session)):
    return store("card_check_log", request, session)
