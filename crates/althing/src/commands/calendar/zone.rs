//! Time zones as iCalendar describes them, for programs that do not know the name.

use jiff::{
    Timestamp, ToSpan, Zoned,
    civil::DateTime,
    tz::{Offset, TimeZone},
};

use super::line::Lines;

/// For how many years ahead changes of the clocks are looked at.
const AHEAD: i64 = 12;

/// Changes of the clocks of one kind: to summer time, to winter time.
struct Kind {
    from: Offset,
    to: Offset,
    name: String,
    summer: bool,
    /// When, on the clock before the change.
    changes: Vec<DateTime>,
}

/// Writes the zone as it is from somewhat before `first` on.
pub(super) fn write(lines: &mut Lines, name: &str, first: Zoned) {
    let zone = first.time_zone().clone();
    let begin = first
        .checked_sub(1.years())
        .unwrap_or_else(|_| first.clone());
    let end = first.checked_add(AHEAD.years()).unwrap_or(first);
    lines.raw("BEGIN", "VTIMEZONE");
    lines.raw("TZID", name);
    write_begin(lines, &zone, begin.timestamp());
    for kind in kinds(&zone, begin.timestamp(), end.timestamp()) {
        kind.write(lines);
    }
    lines.raw("END", "VTIMEZONE");
}

/// What holds before the first change.
fn write_begin(lines: &mut Lines, zone: &TimeZone, begin: Timestamp) {
    let info = zone.to_offset_info(begin);
    let component = component(info.dst().is_dst());
    let local = info.offset().to_datetime(begin);
    lines.raw("BEGIN", component);
    lines.raw("DTSTART", &written(local));
    lines.raw("TZOFFSETFROM", &offset(info.offset()));
    lines.raw("TZOFFSETTO", &offset(info.offset()));
    lines.text("TZNAME", info.abbreviation());
    lines.raw("END", component);
}

fn kinds(zone: &TimeZone, begin: Timestamp, end: Timestamp) -> Vec<Kind> {
    let mut kinds = Vec::<Kind>::new();
    let mut from = zone.to_offset(begin);
    for change in zone.following(begin) {
        if change.timestamp() >= end {
            break;
        }
        let at = from.to_datetime(change.timestamp());
        let (to, summer, name) = (
            change.offset(),
            change.dst().is_dst(),
            change.abbreviation(),
        );
        let same = |kind: &&mut Kind| {
            (kind.from, kind.to, kind.summer) == (from, to, summer) && kind.name == name
        };
        match kinds.iter_mut().find(same) {
            Some(kind) => kind.changes.push(at),
            None => kinds.push(Kind {
                from,
                to,
                name: name.to_owned(),
                summer,
                changes: vec![at],
            }),
        }
        from = to;
    }
    kinds
}

impl Kind {
    fn write(&self, lines: &mut Lines) {
        let Some((first, later)) = self.changes.split_first() else {
            return;
        };
        lines.raw("BEGIN", component(self.summer));
        lines.raw("DTSTART", &written(*first));
        lines.raw("TZOFFSETFROM", &offset(self.from));
        lines.raw("TZOFFSETTO", &offset(self.to));
        match self.rule() {
            Some(rule) => lines.raw("RRULE", &rule),
            None => later
                .iter()
                .for_each(|at| lines.raw("RDATE", &written(*at))),
        }
        lines.text("TZNAME", &self.name);
        lines.raw("END", component(self.summer));
    }

    /// The rule that all changes follow: the same weekday of the same month, every year.
    fn rule(&self) -> Option<String> {
        let first = self.changes.first()?;
        let yearly = self.changes.windows(2).all(|pair| match pair {
            [a, b] => b.year() == a.year() + 1,
            _ => true,
        });
        let every = i64::try_from(self.changes.len()).ok()? >= AHEAD - 1;
        let same = |read: fn(&DateTime) -> String| {
            let first = read(first);
            self.changes.iter().all(|at| read(at) == first)
        };
        let month = same(|at| at.month().to_string());
        let weekday = same(|at| at.strftime("%a %H:%M:%S").to_string());
        if !(yearly && every && month && weekday) {
            return None;
        }
        let which = if same(|at| ((at.day() - 1) / 7).to_string()) {
            (first.day() - 1) / 7 + 1
        } else if same(|at| (at.day() + 7 > at.days_in_month()).to_string())
            && first.day() + 7 > first.days_in_month()
        {
            -1
        } else {
            return None;
        };
        let day = first.strftime("%a").to_string().to_uppercase();
        let day = day.get(..2)?;
        Some(format!(
            "FREQ=YEARLY;BYMONTH={};BYDAY={which}{day}",
            first.month()
        ))
    }
}

fn component(summer: bool) -> &'static str {
    if summer { "DAYLIGHT" } else { "STANDARD" }
}

fn written(at: DateTime) -> String {
    at.strftime("%Y%m%dT%H%M%S").to_string()
}

/// `+0100`, with seconds where a zone has them.
fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.abs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match rest {
        0 => format!("{sign}{hours:02}{minutes:02}"),
        rest => format!("{sign}{hours:02}{minutes:02}{rest:02}"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::{super::line::Lines, write};

    fn zone(name: &str) -> String {
        let zone = TimeZone::get(name).expect("zone");
        let first = jiff::civil::date(2026, 1, 6).at(10, 0, 0, 0);
        let mut lines = Lines::default();
        write(&mut lines, name, first.to_zoned(zone).expect("time"));
        lines.finish().replace("\r\n", "\n")
    }

    #[test]
    fn zones_with_summer_time_follow_a_rule() {
        let pacific = zone("America/Los_Angeles");
        assert!(
            pacific.contains("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\n"),
            "{pacific}"
        );
        assert!(
            pacific.contains("RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\n"),
            "{pacific}"
        );
        let berlin = zone("Europe/Berlin");
        assert!(berlin.contains("DTSTART:20250330T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\n"), "{berlin}");
    }

    #[test]
    fn other_zones_have_no_rule() {
        let kathmandu = zone("Asia/Kathmandu");
        assert!(kathmandu.contains("TZOFFSETTO:+0545\n") && !kathmandu.contains("RRULE"));
    }
}
