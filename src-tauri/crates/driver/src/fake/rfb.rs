//! A tiny RFB 3.8 server: one still picture, no password. It takes every message a client may send
//! and ends the connection at what is none.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

pub(super) const WIDTH: u16 = 320;
pub(super) const HEIGHT: u16 = 200;
const VERSION: &[u8; 12] = b"RFB 003.008\n";
const NO_AUTHENTICATION: u8 = 1;
/// 32 bits, depth 24, little-endian, true colour, 255 each, red at 16.
const FORMAT: [u8; 16] = [32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0];

/// Red, green and blue of a pixel of the picture: a colour that differs in every corner.
fn colour(x: u16, y: u16) -> [u8; 3] {
    let part = |at: u16, of: u16| (u32::from(at) * 255 / u32::from(of - 1)) as u8;
    [part(x, WIDTH), part(y, HEIGHT), 128]
}

/// The picture as a portable pixmap.
pub(super) fn pixmap() -> Vec<u8> {
    let mut file = format!("P6\n{WIDTH} {HEIGHT}\n255\n").into_bytes();
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            file.extend(colour(x, y));
        }
    }
    file
}

/// How the client wants its pixels.
struct Format([u8; 16]);

impl Format {
    fn push(&self, into: &mut Vec<u8>, colour: [u8; 3]) {
        let format = &self.0;
        let scaled = |part: u8, most: [u8; 2], shift: u8| {
            (u32::from(part) * u32::from(u16::from_be_bytes(most)) / 255)
                .checked_shl(shift.into())
                .unwrap_or(0)
        };
        let pixel = scaled(colour[0], [format[4], format[5]], format[10])
            | scaled(colour[1], [format[6], format[7]], format[11])
            | scaled(colour[2], [format[8], format[9]], format[12]);
        let bytes = usize::from(format[0] / 8).clamp(1, 4);
        if format[2] == 0 {
            into.extend(&pixel.to_le_bytes()[..bytes]);
        } else {
            into.extend(&pixel.to_be_bytes()[4 - bytes..]);
        }
    }
}

/// Serves one client until it goes.
pub(super) async fn serve(mut stream: DuplexStream, name: &str) -> io::Result<()> {
    stream.write_all(VERSION).await?;
    let mut version = [0; 12];
    stream.read_exact(&mut version).await?;
    if version != *VERSION {
        return Err(unknown());
    }
    stream.write_all(&[1, NO_AUTHENTICATION]).await?;
    if stream.read_u8().await? != NO_AUTHENTICATION {
        return Err(unknown());
    }
    stream.write_u32(0).await?;
    let _shared = stream.read_u8().await?;
    let mut greeting = Vec::new();
    greeting.extend(WIDTH.to_be_bytes());
    greeting.extend(HEIGHT.to_be_bytes());
    greeting.extend(FORMAT);
    greeting.extend((name.len() as u32).to_be_bytes());
    greeting.extend(name.as_bytes());
    stream.write_all(&greeting).await?;
    let mut format = Format(FORMAT);
    loop {
        match stream.read_u8().await? {
            0 => {
                let mut message = [0; 19];
                stream.read_exact(&mut message).await?;
                format.0.copy_from_slice(&message[3..]);
            }
            2 => {
                stream.read_u8().await?;
                let encodings = stream.read_u16().await?;
                skip(&mut stream, 4 * u64::from(encodings)).await?;
            }
            3 => {
                let incremental = stream.read_u8().await? != 0;
                let mut area = [0; 4];
                for side in &mut area {
                    *side = stream.read_u16().await?;
                }
                // the picture is still: nothing to add to what was sent
                if !incremental {
                    stream.write_all(&update(&format, area)).await?;
                }
            }
            4 => skip(&mut stream, 7).await?,
            5 => skip(&mut stream, 5).await?,
            6 => {
                skip(&mut stream, 3).await?;
                // negative: the extended form
                let length = stream.read_i32().await?.unsigned_abs();
                skip(&mut stream, length.into()).await?;
            }
            _ => return Err(unknown()),
        }
    }
}

/// The part of the picture in an area, unencoded.
fn update(format: &Format, [x, y, width, height]: [u16; 4]) -> Vec<u8> {
    let (x, y) = (x.min(WIDTH), y.min(HEIGHT));
    let (width, height) = (width.min(WIDTH - x), height.min(HEIGHT - y));
    let mut message = vec![0, 0, 0, 1];
    for side in [x, y, width, height] {
        message.extend(side.to_be_bytes());
    }
    message.extend(0_i32.to_be_bytes());
    for row in y..y + height {
        for column in x..x + width {
            format.push(&mut message, colour(column, row));
        }
    }
    message
}

async fn skip(stream: &mut DuplexStream, bytes: u64) -> io::Result<()> {
    tokio::io::copy(&mut stream.take(bytes), &mut tokio::io::sink())
        .await
        .map(drop)
}

fn unknown() -> io::Error {
    io::Error::from(io::ErrorKind::InvalidData)
}
