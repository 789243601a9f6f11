//! Remarks for made-up certificates: a few sentences of Markdown.

use crate::scaffold::sample::random::Random;

const REMARKS: [&str; 7] = [
    "本证书覆盖的服务包括门店接待、配送、安装、维修和投诉受理。外包的配送由获证组织负责管理。",
    "认证覆盖的服务：\n\n- 售前说明与选购建议；\n- 送货、安装与调试；\n- 保修期内外的维修；\n- 投诉的受理与回访。",
    "服务热线由总部统一受理，各网点按工单上门。**工单保存三年**，可以按编号查询。",
    "评价时抽查了最近十二个月的服务工单。未抽到的网点在下一次监督时优先安排。\n\n\
     Work orders of the last twelve months were sampled. Outlets that were not visited come first at the next surveillance.",
    "| 服务 | 时限 |\n| --- | --- |\n| 电话响应 | 30分钟 |\n| 上门 | 24小时 |\n| 投诉答复 | 3个工作日 |",
    "标志只能用于证书写明的业务范围，不得使人误认为商品本身通过了认证。怎样查验，见[怎样查验证书](UPguidance/how-to-check.md)。",
    "获证组织名称、地址或者服务场所有变化时，应当在十五日内通知认证机构。",
];

/// Remarks on a certificate whose record stands so far below `content/` (`up`, such as `../../`).
pub(super) fn remarks(random: &mut Random, up: &str, exclusion: Option<&str>) -> String {
    if let Some(clause) = exclusion {
        return format!(
            "本证书删减[{clause}]({up}guidance/gbt-27922.md#clause-{clause})：该环节由生产企业统一办理，不在获证组织的服务之内。"
        );
    }
    random.pick(&REMARKS).replace("UP", up)
}
