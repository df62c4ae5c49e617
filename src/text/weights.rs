//! The weights of the encoder, and how they are read from bytes: whatever the bytes are, they give weights or an error.

/// Numbers that describe a token.
pub(super) const WIDTH: usize = 384;
/// Numbers inside a layer.
pub(super) const INNER: usize = 1_536;

/// The bytes are not an encoder: what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken(pub(super) &'static str);

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the encoder cannot be read: {}", self.0)
    }
}

impl std::error::Error for Broken {}

/// Rows of weights in steps.
#[derive(Debug, Clone, Default)]
pub(super) struct Matrix {
    pub(super) columns: usize,
    pub(super) step: Vec<f32>,
    pub(super) weights: Vec<i8>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Dense {
    pub(super) matrix: Matrix,
    pub(super) bias: Vec<f32>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Norm {
    pub(super) scale: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Layer {
    /// Query, key and value below each other.
    pub(super) look: Dense,
    pub(super) out: Dense,
    pub(super) after_look: Norm,
    pub(super) up: Dense,
    pub(super) down: Dense,
    pub(super) after_thought: Norm,
}

impl Matrix {
    pub(super) fn row(&self, at: usize) -> (f32, &[i8]) {
        let row = self.weights.chunks_exact(self.columns.max(1)).nth(at);
        (self.step.get(at).copied().unwrap_or_default(), row.unwrap_or_default())
    }
}

/// What is left to read of a file.
pub(super) struct File<'a>(pub(super) &'a [u8]);

impl<'a> File<'a> {
    pub(super) fn take(&mut self, bytes: usize) -> Result<&'a [u8], Broken> {
        let (taken, rest) = self.0.split_at_checked(bytes).ok_or(Broken("it ends too early"))?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn number(&mut self) -> Result<usize, Broken> {
        let bytes = self.take(4)?.try_into().map_err(|_| Broken("it ends too early"))?;
        usize::try_from(u32::from_le_bytes(bytes)).map_err(|_| Broken("a number is too large"))
    }

    pub(super) fn floats(&mut self, many: usize) -> Result<Vec<f32>, Broken> {
        let (floats, _) = self.take(many * 4)?.as_chunks::<4>();
        let floats: Vec<f32> = floats.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        if floats.iter().all(|float| float.is_finite()) {
            Ok(floats)
        } else {
            Err(Broken("a number is none"))
        }
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[f32; N], Broken> {
        self.floats(N)?.try_into().map_err(|_| Broken("it ends too early"))
    }

    pub(super) fn pieces(&mut self) -> Result<Vec<Box<str>>, Broken> {
        let many = self.number()?;
        let mut out = Vec::new();
        for _ in 0..many {
            let len = self.take(1)?.first().copied().unwrap_or_default();
            let piece = std::str::from_utf8(self.take(usize::from(len))?);
            out.push(Box::from(piece.map_err(|_| Broken("a piece is not UTF-8"))?));
        }
        Ok(out)
    }

    pub(super) fn matrix(&mut self, rows: usize, columns: usize) -> Result<Matrix, Broken> {
        Ok(Matrix {
            columns,
            step: self.floats(rows)?,
            weights: self
                .take(rows * columns)?
                .iter()
                .map(|byte| byte.cast_signed())
                .collect(),
        })
    }

    pub(super) fn dense(&mut self, rows: usize, columns: usize) -> Result<Dense, Broken> {
        Ok(Dense {
            matrix: self.matrix(rows, columns)?,
            bias: self.floats(rows)?,
        })
    }

    pub(super) fn norm(&mut self) -> Result<Norm, Broken> {
        Ok(Norm {
            scale: self.floats(WIDTH)?,
            bias: self.floats(WIDTH)?,
        })
    }

    pub(super) fn layer(&mut self) -> Result<Layer, Broken> {
        Ok(Layer {
            look: self.dense(3 * WIDTH, WIDTH)?,
            out: self.dense(WIDTH, WIDTH)?,
            after_look: self.norm()?,
            up: self.dense(INNER, WIDTH)?,
            down: self.dense(WIDTH, INNER)?,
            after_thought: self.norm()?,
        })
    }
}
