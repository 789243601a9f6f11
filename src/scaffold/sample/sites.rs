//! The sites of a made-up company: mostly one, at most forty.

use crate::scaffold::sample::{
    company::Company,
    random::Random,
    record::{Local, Site},
    words::Words,
};

const SERVICES: [(&str, &str); 4] = [
    ("接待与咨询", "Reception and advice"),
    ("安装与维修", "Installation and repair"),
    ("配送与安装", "Delivery and installation"),
    ("投诉受理与回访", "Complaint intake and follow-up"),
];

/// The sites that a certificate lists when it is granted; none where the holder's address is all.
pub(super) fn granted(random: &mut Random, words: &Words, company: &Company<'_>) -> Vec<Site> {
    let count = match random.below(1000) {
        0..350 => 0,
        350..700 => 1,
        700..900 => random.between(2, 5),
        900..980 => random.between(6, 12),
        _ => random.between(13, 40),
    };
    (0..count).map(|at| site(random, words, company, at)).collect()
}

/// The site of a number; number 0 is the head office.
pub(super) fn site(random: &mut Random, words: &Words, company: &Company<'_>, at: u32) -> Site {
    if at == 0 {
        let name = Local::from(("总部", "Head office"));
        return Site {
            name,
            address: company.address.clone(),
            role: "headquarters",
            service: None,
        };
    }
    let elsewhere = random.chance(200);
    let place = if elsewhere { words.place(random) } else { company.place };
    let (address, district) = place.address(random);
    let (city, city_en) = if elsewhere { place.name() } else { ("", "") };
    let (role, kind, kind_en) = match random.below(10) {
        0 => ("warehouse", "仓库", "Warehouse"),
        1 | 2 => ("branch", "分公司", "Branch"),
        _ => ("outlet", &*company.trade.outlets.zh, &*company.trade.outlets.en),
    };
    // The number makes the name the only one of its kind within the certificate.
    let zh = format!("{city}{}{at}号{kind}", district.zh);
    let en = format!("{city_en} {} {kind_en} {at}", district.en);
    let service = random.chance(150).then(|| *random.pick(&SERVICES));
    Site { name: Local { zh, en: en.trim_start().to_owned() }, address, role, service }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaffold::sample::random::Stream;

    #[test]
    fn most_certificates_have_one_site_and_none_more_than_forty() {
        let words = Words::read();
        let company = Company::new(&words, 1, 1);
        let mut random = Random::new(1, Stream::Grant, 1);
        let sites: Vec<_> = (0..2000).map(|_| granted(&mut random, &words, &company)).collect();
        let counts: Vec<_> = sites.iter().map(Vec::len).collect();
        assert!(counts.iter().filter(|count| **count <= 1).count() > 1300);
        assert!(counts.iter().any(|count| *count > 30) && counts.iter().all(|count| *count <= 40));
        for sites in sites {
            let mut names: Vec<_> = sites.iter().map(|site| &site.name.zh).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), sites.len());
        }
    }
}
