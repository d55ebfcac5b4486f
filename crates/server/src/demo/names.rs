//! Names of the demo department. All fictional; any likeness is chance.

/// Family and given names with their spelling in letters, for addresses.
pub const CHINESE_FAMILY: &[(&str, &str)] = &[
    ("王", "wang"),
    ("李", "li"),
    ("张", "zhang"),
    ("刘", "liu"),
    ("陈", "chen"),
    ("杨", "yang"),
    ("赵", "zhao"),
    ("黄", "huang"),
    ("周", "zhou"),
    ("吴", "wu"),
    ("徐", "xu"),
    ("孙", "sun"),
    ("马", "ma"),
    ("朱", "zhu"),
    ("胡", "hu"),
    ("郭", "guo"),
    ("何", "he"),
    ("高", "gao"),
    ("林", "lin"),
    ("罗", "luo"),
];

/// Chinese given names.
pub const CHINESE_GIVEN: &[(&str, &str)] = &[
    ("娜", "na"),
    ("伟", "wei"),
    ("敏", "min"),
    ("静", "jing"),
    ("磊", "lei"),
    ("洋", "yang"),
    ("艳", "yan"),
    ("勇", "yong"),
    ("杰", "jie"),
    ("涛", "tao"),
    ("明", "ming"),
    ("超", "chao"),
    ("秀兰", "xiulan"),
    ("霞", "xia"),
    ("平", "ping"),
    ("刚", "gang"),
    ("桂英", "guiying"),
    ("文", "wen"),
    ("欣怡", "xinyi"),
    ("子轩", "zixuan"),
];

/// Given names in letters.
pub const LATIN_GIVEN: &[&str] = &[
    "Amara", "Bruno", "Clara", "Daniel", "Elena", "Felix", "Grace", "Hugo", "Ines", "Jonas", "Karin", "Liam",
    "Maya", "Noah", "Olivia", "Paulo", "Ruth", "Samir", "Tessa", "Victor",
];

/// Family names in letters.
pub const LATIN_FAMILY: &[&str] = &[
    "Adler", "Bennett", "Costa", "Dupont", "Eriksen", "Fischer", "Garcia", "Hughes", "Ivanova", "Jensen",
    "Keller", "Lopez", "Moreau", "Novak", "Okafor", "Petrov", "Rossi", "Schmidt", "Tanaka", "Weber",
];

/// Departments with their Chinese names.
pub const DEPARTMENTS: &[(&str, &str)] = &[
    ("Sales", "销售部"),
    ("Finance", "财务部"),
    ("Human Resources", "人力资源部"),
    ("Production", "生产部"),
    ("Research", "研发部"),
    ("Purchasing", "采购部"),
    ("Marketing", "市场部"),
    ("Legal", "法务部"),
];
