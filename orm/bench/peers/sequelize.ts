import {
  type CreationOptional,
  col,
  DataTypes,
  fn,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type NonAttribute,
  Op,
  Sequelize,
} from "sequelize";
import type { OpenWay } from "../workload.js";
import { newAuthor } from "../workloads/w1.js";
import { keysToFind } from "../workloads/w4.js";
import { raised } from "../workloads/w5.js";
import { places, questions } from "../workloads/w6.js";

// Models. `bulkCreate` writes many at once; it also saves changes so, as an INSERT … ON DUPLICATE KEY UPDATE.
// Books of authors are a query of their own (`separate`); for many-to-many there is only the join.
// No `build`: it has no public way to tell the SQL of a query that is not executed.

class Author extends Model<InferAttributes<Author>, InferCreationAttributes<Author>> {
  declare id: CreationOptional<number>;
  declare name: string;
  declare email: string;
  declare createdAt: CreationOptional<Date>;
  declare books?: NonAttribute<Book[]>;
}

class Book extends Model<InferAttributes<Book>, InferCreationAttributes<Book>> {
  declare id: CreationOptional<number>;
  declare title: string;
  declare pages: number;
  declare price: string;
  declare published: string;
  declare authorId: number;
  declare tags?: NonAttribute<Tag[]>;
}

class Tag extends Model<InferAttributes<Tag>, InferCreationAttributes<Tag>> {
  declare id: CreationOptional<number>;
  declare name: string;
}

export const open: OpenWay = async (url) => {
  const sequelize = new Sequelize(url, { logging: false, pool: { max: 5 } });
  defineModels(sequelize);
  return {
    runs: {
      w1(size) {
        const authors = Array.from({ length: size }, (_, index) => newAuthor(index));
        return sequelize.transaction((transaction) => Author.bulkCreate(authors, { transaction }));
      },
      w2: () => Book.findAll(),
      w3: () => Author.findAll({ include: { association: "books", separate: true } }),
      w4: findBooks,
      w5: () => raisePrices(sequelize),
      w6: askQuestions,
      w7: () => Book.findAll({ include: { association: "tags", through: { attributes: [] } } }),
    },
  };
};

function defineModels(sequelize: Sequelize): void {
  const options = { sequelize, timestamps: false, underscored: true };
  const id = { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true };
  const text = (length: number) => ({ type: DataTypes.STRING(length), allowNull: false });
  Author.init(
    { id, name: text(100), email: text(150), createdAt: DataTypes.DATE(3) },
    { ...options, tableName: "authors" },
  );
  Book.init(
    {
      id,
      title: text(200),
      pages: { type: DataTypes.INTEGER, allowNull: false },
      price: { type: DataTypes.DECIMAL(10, 2), allowNull: false },
      published: { type: DataTypes.DATEONLY, allowNull: false },
      authorId: { type: DataTypes.INTEGER, allowNull: false },
    },
    { ...options, tableName: "books" },
  );
  Tag.init({ id, name: text(50) }, { ...options, tableName: "tags" });
  Author.hasMany(Book, { as: "books", foreignKey: "authorId" });
  Book.belongsToMany(Tag, {
    as: "tags",
    through: "book_tags",
    foreignKey: "book_id",
    otherKey: "tag_id",
    timestamps: false,
  });
}

async function findBooks(size: number): Promise<object[]> {
  const books: object[] = [];
  for (const key of keysToFind(size)) {
    const book = await Book.findByPk(key);
    if (book !== null) books.push(book);
  }
  return books;
}

function raisePrices(sequelize: Sequelize): Promise<object[]> {
  return sequelize.transaction(async (transaction) => {
    const books = await Book.findAll({ transaction });
    for (const book of books) book.price = raised(book.price);
    const rows = books.map((book) => book.get());
    await Book.bulkCreate(rows, { updateOnDuplicate: ["price"], transaction });
    return books;
  });
}

async function askQuestions(size: number): Promise<object[]> {
  const answers: object[] = [];
  for (const { pages, published } of questions(size)) {
    const query = Author.findAll({
      attributes: [
        "id",
        "name",
        [fn("COUNT", col("books.id")), "books"],
        [fn("SUM", col("books.price")), "total"],
      ],
      include: {
        association: "books",
        attributes: [],
        where: { pages: { [Op.gte]: pages }, published: { [Op.lt]: published } },
      },
      group: "Author.id",
      order: [[col("total"), "DESC"], "id"],
      limit: places,
      subQuery: false,
      raw: true,
    });
    answers.push(await query);
  }
  return answers;
}
