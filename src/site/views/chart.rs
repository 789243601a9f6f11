//! Charts: numbers with the places at which they are drawn.

use serde::Serialize;

use crate::site::tongue::Text;

/// A chart and the table behind it.
#[derive(Debug, Serialize)]
pub(crate) struct ChartView<'v> {
    id: &'static str,
    kind: &'static str,
    title: String,
    summary: String,
    label_header: &'v str,
    value_header: &'v str,
    bars: Vec<Bar<'v>>,
    columns: Vec<Column>,
    width: u32,
    height: u32,
}

#[derive(Debug, Serialize)]
struct Bar<'v> {
    label: String,
    lang: Option<&'v str>,
    href: Option<String>,
    count: usize,
    count_text: String,
    /// Of a thousand.
    length: usize,
}

#[derive(Debug, Serialize)]
struct Column {
    label: String,
    short: String,
    count: usize,
    x: u32,
    cx: u32,
    y: u32,
    w: u32,
    h: u32,
}

/// A number with a name and perhaps a page behind it.
#[derive(Debug)]
pub(crate) struct Named<'v> {
    pub(crate) label: Text<'v>,
    pub(crate) href: Option<String>,
    pub(crate) count: usize,
    /// Whether it stands for what is left over.
    pub(crate) rest: bool,
}

/// What a chart is called.
#[derive(Debug)]
pub(crate) struct Caption<'v> {
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) label_header: &'v str,
    pub(crate) value_header: &'v str,
}

/// Bars, one under the other.
/// Values that stand for what is left over have no bar: they would make all others short.
pub(crate) fn bars<'v>(caption: Caption<'v>, values: Vec<Named<'v>>) -> ChartView<'v> {
    let shown = values.iter().filter(|value| !value.rest);
    let most = shown.map(|value| value.count).max().unwrap_or(0).max(1);
    let bar = |value: Named<'v>| Bar {
        label: value.label.text.into_owned(),
        lang: value.label.lang,
        href: value.href,
        count: value.count,
        count_text: value.count.to_string(),
        length: if value.rest { 0 } else { value.count * 1000 / most },
    };
    let bars = values.into_iter().map(bar).collect();
    chart(caption, "bars", bars, Vec::new())
}

const WIDTH: u32 = 360;
const HEIGHT: u32 = 150;
/// Room for the words under the columns, and for the numbers over them.
const FOOT: u32 = 22;
const HEAD: u32 = 18;

/// Columns side by side: name, short name, number.
pub(crate) fn columns(caption: Caption<'_>, values: Vec<(String, String, usize)>) -> ChartView<'_> {
    let most = values.iter().map(|(_, _, count)| *count).max().unwrap_or(0).max(1);
    let step = WIDTH / u32::try_from(values.len().max(1)).unwrap_or(WIDTH);
    let room = HEIGHT - FOOT - HEAD;
    let column = |(at, (label, short, count)): (u32, (String, String, usize))| {
        let h = u32::try_from(count * room as usize / most).unwrap_or(room);
        let h = if count > 0 { h.max(1) } else { 0 };
        let w = step * 7 / 10;
        let x = at * step + (step - w) / 2;
        Column { label, short, count, x, cx: x + w / 2, y: HEIGHT - FOOT - h, w, h }
    };
    let columns = (0..).zip(values).map(column).collect();
    chart(caption, "columns", Vec::new(), columns)
}

fn chart<'v>(
    caption: Caption<'v>,
    kind: &'static str,
    bars: Vec<Bar<'v>>,
    columns: Vec<Column>,
) -> ChartView<'v> {
    let Caption { id, title, summary, label_header, value_header } = caption;
    let (width, height) = (WIDTH, HEIGHT);
    ChartView { id, kind, title, summary, label_header, value_header, bars, columns, width, height }
}
